/// The channels of feature maps in reverse: red, green, blue become blue, green, red, as Caffe and OpenCV read photos.
public struct ReverseChannels: LayerKind {
  public init() {}

  public static let operations = ["reverse_channels"]
  public var operation: String { "reverse_channels" }

  public var look: LayerLook { LayerLook("reverse") }

  public var neighborhood: Neighborhood { .place }

  public func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    try inputs.oneFeatureMap()
  }

  public func expression(_ inputs: [String]) -> String {
    "\(inputs[0])[:, :, :, ::-1]"
  }

  public func forward(_ inputs: [Tensor], parameters: LayerParameters, output: Shape) -> Tensor {
    reversed(inputs[0])
  }

  public func backward(_ gradient: Tensor, _ call: LayerCall, wanting: Wanted) -> LayerGradients {
    guard wanting.contains(.inputs) else { return LayerGradients() }
    return LayerGradients(inputs: [reversed(gradient)])
  }

  private func reversed(_ maps: Tensor) -> Tensor {
    let channels = maps.shape[3]
    return maps.mapPixels(to: maps.shape) { source, target, pixels in
      for pixel in 0..<pixels {
        let start = pixel * channels
        for channel in 0..<channels {
          target[start + channel] = source[start + channels - 1 - channel]
        }
      }
    }
  }
}
