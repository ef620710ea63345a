/// `(x − offset) / divisor`, channel by channel of feature maps or of a row, (1, channels): the centring that a network was trained
/// with.
public struct Rescale: LayerKind {
  /// What is taken off, one number for each channel.
  public let offsets: [Float]
  /// What the rest is divided by, one number for each channel.
  public let divisors: [Float]

  /// - Precondition: there are as many divisors as offsets.
  public init(offsets: [Float], divisors: [Float]) {
    precondition(offsets.count == divisors.count)
    self.offsets = offsets
    self.divisors = divisors
  }

  public init(offsets: [Float], divisor: Float = 1) {
    self.init(offsets: offsets, divisors: offsets.map { _ in divisor })
  }

  public static let operations = ["subtract", "rescale"]
  public var operation: String { isSubtraction ? "subtract" : "rescale" }

  private var isSubtraction: Bool { divisors.allSatisfy { $0 == 1 } }

  public var settings: [String: String] {
    // Of more channels than a photo has, one number stands for all where they are the same.
    let isOne = offsets.count > 4 && Set(offsets).count == 1
    let shown = isOne ? Array(offsets.prefix(1)) : offsets
    var settings = ["offsets": shown.map { "\($0)" }.joined(separator: ", ")]
    if !isSubtraction {
      settings["divisor"] = (Set(divisors).count == 1 ? Array(divisors.prefix(1)) : divisors)
        .map { "\($0)" }.joined(separator: ", ")
    }
    return settings
  }

  public var look: LayerLook { LayerLook(operation) }

  public var neighborhood: Neighborhood { .place }

  /// The words' facts; `low` and `high` are what bytes of 0 and 255 become, the least and the greatest of all channels.
  public func facts(_ shapes: LayerShapes) -> [String: LayerFact] {
    func ends(_ byte: Float) -> [Float] { zip(offsets, divisors).map { (byte - $0) / $1 } }
    let ends = ends(0) + ends(255)
    return [
      "offset": .text(listed(offsets)), "divisor": .text(listed(divisors)),
      "low": .text(rounded(ends.min() ?? 0)), "high": .text(rounded(ends.max() ?? 0)),
      "uniform": .flag(Set(offsets).count == 1 && Set(divisors).count == 1),
    ]
  }

  public func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    let input = try inputs.oneFeatureMapOrRow()
    let channels = input[input.rank - 1]
    guard channels == offsets.count else {
      throw .offsetCount(offsets: offsets.count, channels: channels)
    }
    return input
  }

  public var isAffine: Bool { true }

  public func gradientExpression(_ gradient: String, input: String, output: String) -> String? {
    "\(gradient) / \(python(divisors))"
  }

  public func expression(_ inputs: [String]) -> String {
    let difference = "\(inputs[0]) - \(python(offsets))"
    return isSubtraction ? difference : "(\(difference)) / \(python(divisors))"
  }

  public func forward(_ inputs: [Tensor], parameters: LayerParameters, output: Shape) -> Tensor {
    let maps = inputs[0].seenAsMaps
    return maps.mapPixels(to: maps.shape) { source, target, pixels in
      let channels = offsets.count
      if let offset = offsets.first, let divisor = divisors.first, Set(offsets).count == 1,
        Set(divisors).count == 1
      {
        for index in 0..<pixels * channels { target[index] = (source[index] - offset) / divisor }
        return
      }
      // Sixteen pixels at a time, so that neighbouring values have numbers of their own beside each other.
      let (offsets, divisors) = (sixteenTimes(self.offsets), sixteenTimes(self.divisors))
      offsets.withUnsafeBufferPointer { offsets in
        divisors.withUnsafeBufferPointer { divisors in
          for start in stride(from: 0, to: pixels * channels, by: 16 * channels) {
            let (values, results) = (source + start, target + start)
            for index in 0..<min(16 * channels, pixels * channels - start) {
              results[index] = (values[index] - offsets[index]) / divisors[index]
            }
          }
        }
      }
    }
    .reshaped(output)
  }

  public func backward(_ gradient: Tensor, _ call: LayerCall, wanting: Wanted) -> LayerGradients {
    guard wanting.contains(.inputs) else { return LayerGradients() }
    let division = Rescale(offsets: divisors.map { _ in 0 }, divisors: divisors)
    return LayerGradients(inputs: [
      division.forward([gradient], parameters: call.parameters, output: gradient.shape)
    ])
  }

  private func sixteenTimes(_ values: [Float]) -> [Float] {
    [[Float]](repeating: values, count: 16).flatMap(\.self)
  }

  /// Numbers as a notebook has them, one where all are the same.
  private func python(_ values: [Float]) -> String {
    Set(values).count == 1 ? short(values[0]) : "constant(\(values))"
  }

  /// Numbers as prose has them, one where all are the same.
  private func listed(_ values: [Float]) -> String {
    (Set(values).count == 1 ? Array(values.prefix(1)) : values).map(short).joined(separator: ", ")
  }

  /// A whole number without its `.0`.
  private func short(_ value: Float) -> String {
    value == value.rounded() && abs(value) < 1e6 ? "\(Int(value))" : "\(value)"
  }

  /// Two digits after the point, with a true minus.
  private func rounded(_ value: Float) -> String {
    short((value * 100).rounded() / 100).replacing("-", with: "−")
  }
}
