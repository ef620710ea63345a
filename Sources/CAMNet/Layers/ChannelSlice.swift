/// Some neighbouring channels of a feature map, as TensorFlow's `split` gives them.
public struct ChannelSlice: LayerKind {
  public let range: Range<Int>

  public init(_ range: Range<Int>) {
    self.range = range
  }

  public static let operations = ["split"]
  public var operation: String { "split" }

  public var settings: [String: String] {
    ["channels": "\(range.lowerBound) … \(range.upperBound - 1)"]
  }

  public var look: LayerLook { LayerLook("split") }

  public var neighborhood: Neighborhood { .place }

  public func facts(_ shapes: LayerShapes) -> [String: LayerFact] {
    ["first": .text("\(range.lowerBound)"), "last": .text("\(range.upperBound - 1)")]
  }

  public func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    let input = try inputs.oneFeatureMap()
    guard range.lowerBound >= 0, range.upperBound <= input[3] else {
      throw .channelsOutOfRange(range: range, channels: input[3])
    }
    return [input[0], input[1], input[2], range.count]
  }

  public func expression(_ inputs: [String]) -> String {
    "\(inputs[0])[:, :, :, \(range.lowerBound):\(range.upperBound)]"
  }

  public func forward(_ inputs: [Tensor], parameters: LayerParameters, output: Shape) -> Tensor {
    inputs[0].mapPixels(to: output) { source, target, pixels in
      let (channels, count) = (inputs[0].shape[3], range.count)
      let first = source + range.lowerBound
      if count == 1 {
        for pixel in 0..<pixels { target[pixel] = first[pixel * channels] }
      } else {
        for pixel in 0..<pixels {
          (target + pixel * count).initialize(from: first + pixel * channels, count: count)
        }
      }
    }
  }

  public func backward(_ gradient: Tensor, _ call: LayerCall, wanting: Wanted) -> LayerGradients {
    guard wanting.contains(.inputs) else { return LayerGradients() }
    let input = call.inputs[0].shape
    let channels = input[3]
    return LayerGradients(inputs: [
      gradient.mapPixels(to: input) { source, target, pixels in
        target.initialize(repeating: 0, count: pixels * channels)
        for pixel in 0..<pixels {
          (target + pixel * channels + range.lowerBound).update(
            from: source + pixel * range.count, count: range.count)
        }
      }
    ])
  }
}
