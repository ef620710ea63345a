import Foundation

extension TrainingRecord {
  /// The numbers that JSON has no other way to write.
  private static let extremes = (infinite: "inf", negative: "-inf", none: "nan")

  /// The record as JSON, its keys sorted.
  /// - Parameter isPretty: whether each value has a line of its own.
  public func json(isPretty: Bool = false) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if isPretty { encoder.outputFormatting.insert(.prettyPrinted) }
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: Self.extremes.infinite, negativeInfinity: Self.extremes.negative,
      nan: Self.extremes.none)
    return Array(try encoder.encode(self))
  }

  /// A record from the JSON that ``json(isPretty:)`` gives.
  public init(json: [UInt8]) throws {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: Self.extremes.infinite, negativeInfinity: Self.extremes.negative,
      nan: Self.extremes.none)
    self = try decoder.decode(TrainingRecord.self, from: Data(json))
  }
}
