/// How a photo is made as large as a network's input.
public enum Fitting: Sendable, Hashable {
  /// The whole photo is squeezed to the input's size, whatever its own sides are.
  case squeeze
  /// The photo keeps its shape: it is resized to be this many times smaller than what covers the input, and the centre cut out.
  /// With 1 as much of the photo is seen as can be; with 0.875 an input of 224 pixels is cut from 256.
  case crop(Double)

  /// The fractions that can be cut out.
  public static let fractions = 0.1...1

  /// The size that a photo covers before its centre is cut out; the input's own where it is squeezed.
  public func covered(_ size: InputSize) -> InputSize {
    guard let fraction else { return size }
    return InputSize(
      height: Int(Double(size.height) / fraction), width: Int(Double(size.width) / fraction))
  }

  /// The fraction that is cut out; nil for a photo that is squeezed.
  public var fraction: Double? { if case .crop(let fraction) = self { fraction } else { nil } }

  /// Whether the centre is cut out.
  public var crops: Bool { self != .squeeze }
}

extension Fitting: Codable {
  /// In JSON `false` is a photo that is squeezed, `true` one cut at 1, and a number one cut at that.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let crops = try? container.decode(Bool.self) {
      self = crops ? .crop(1) : .squeeze
      return
    }
    let fraction = try container.decode(Double.self)
    guard Self.fractions.contains(fraction) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "a fraction that is cut out is between 0.1 and 1")
    }
    self = .crop(fraction)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .squeeze: try container.encode(false)
    case .crop(1): try container.encode(true)
    case .crop(let fraction): try container.encode(fraction)
    }
  }
}
