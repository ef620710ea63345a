/// How bright each pixel of a photo is: one channel of red, green and blue, weighed as ITU-R BT.601 has it. Pillow's `convert("L")`
/// rounds the same to whole numbers.
public struct Grayscale: LayerKind {
  /// The weights of red, green and blue.
  private static let weights: [Float] = [0.299, 0.587, 0.114]

  public init() {}

  public static let operations = ["grayscale"]
  public var operation: String { "grayscale" }

  public var look: LayerLook { LayerLook("grayscale") }

  public var neighborhood: Neighborhood { .place }

  public func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    let input = try inputs.oneFeatureMap()
    guard input[3] == Self.weights.count else {
      throw .offsetCount(offsets: Self.weights.count, channels: input[3])
    }
    return [input[0], input[1], input[2], 1]
  }

  public func expression(_ inputs: [String]) -> String {
    "grayscale(\(inputs[0]))"
  }

  public func forward(_ inputs: [Tensor], parameters: LayerParameters, output: Shape) -> Tensor {
    let (red, green, blue) = (Self.weights[0], Self.weights[1], Self.weights[2])
    return inputs[0].mapPixels(to: output) { source, target, pixels in
      for pixel in 0..<pixels {
        let values = source + pixel * 3
        target[pixel] = values[0] * red + values[1] * green + values[2] * blue
      }
    }
  }

  public func backward(_ gradient: Tensor, _ call: LayerCall, wanting: Wanted) -> LayerGradients {
    guard wanting.contains(.inputs) else { return LayerGradients() }
    return LayerGradients(inputs: [
      gradient.mapPixels(to: call.inputs[0].shape) { source, target, pixels in
        for pixel in 0..<pixels {
          for (channel, weight) in Self.weights.enumerated() {
            target[pixel * 3 + channel] = source[pixel] * weight
          }
        }
      }
    ])
  }
}
