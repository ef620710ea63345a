/// The height and width of a network's input in pixels.
///
/// In JSON a square is the number of pixels of its side, any other size `[height, width]`.
public struct InputSize: Sendable, Hashable {
  public let height: Int
  public let width: Int

  public init(height: Int, width: Int) {
    self.height = height
    self.width = width
  }

  /// A square.
  /// - Parameter side: pixels a side.
  public init(_ side: Int) {
    self.init(height: side, width: side)
  }

  public var isSquare: Bool { height == width }
}

extension InputSize: ExpressibleByIntegerLiteral {
  public init(integerLiteral side: Int) {
    self.init(side)
  }
}

extension InputSize {
  /// A size as it is written in options and files: `224`, or height and width, `48x192`; nil for anything else.
  public init?(_ text: String) {
    let sides = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard (1...2).contains(sides.count), let height = sides[0], let width = sides[sides.count - 1]
    else { return nil }
    self.init(height: height, width: width)
  }

  /// The size as options and files have it.
  public var text: String { isSquare ? "\(height)" : "\(height)x\(width)" }
}

extension Shape {
  /// The input size of a network that takes this shape, (1, height, width, 3).
  public var inputSize: InputSize { InputSize(height: self[1], width: self[2]) }
}

extension InputSize: CustomStringConvertible {
  /// Height and width as shapes say them: `48 × 192`.
  public var description: String { "\(height) × \(width)" }
}

extension InputSize: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let side = try? container.decode(Int.self) {
      self.init(side)
      return
    }
    let sides = try container.decode([Int].self)
    guard sides.count == 2 else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "a size is a number or two, height and width")
    }
    self.init(height: sides[0], width: sides[1])
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if isSquare { try container.encode(height) } else { try container.encode([height, width]) }
  }
}
