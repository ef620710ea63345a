/// `(x − offset) / divisor`, channel by channel: the centring that a network was trained with.
public struct Rescale: LayerKind {
  /// One for each channel.
  public let offsets: [Float]
  public let divisor: Float

  public init(offsets: [Float], divisor: Float = 1) {
    self.offsets = offsets
    self.divisor = divisor
  }

  public static let operations = ["subtract", "rescale"]
  public var operation: String { divisor == 1 ? "subtract" : "rescale" }

  public var settings: [String: String] {
    var settings = ["offsets": offsets.map { "\($0)" }.joined(separator: ", ")]
    settings["divisor"] = divisor == 1 ? nil : "\(divisor)"
    return settings
  }

  public func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    let input = try inputs.oneFeatureMap()
    guard input[3] == offsets.count else {
      throw .offsetCount(offsets: offsets.count, channels: input[3])
    }
    return input
  }

  public func expression(_ inputs: [String]) -> String {
    let list = Set(offsets).count == 1 ? "\(short(offsets[0]))" : "\(offsets)"
    return divisor == 1 ? "\(inputs[0]) - \(list)" : "(\(inputs[0]) - \(list)) / \(short(divisor))"
  }

  public func forward(_ inputs: [Tensor], parameters: LayerParameters, output: Shape) -> Tensor {
    inputs[0].mapPixels(to: output) { source, target, pixels in
      let channels = offsets.count
      if let offset = Set(offsets).first, Set(offsets).count == 1 {
        for index in 0..<pixels * channels { target[index] = (source[index] - offset) / divisor }
        return
      }
      for (channel, offset) in offsets.enumerated() {
        for index in stride(from: channel, to: pixels * channels, by: channels) {
          target[index] = (source[index] - offset) / divisor
        }
      }
    }
  }

  /// A whole number without its `.0`.
  private func short(_ value: Float) -> String {
    value == value.rounded() && abs(value) < 1e6 ? "\(Int(value))" : "\(value)"
  }
}
