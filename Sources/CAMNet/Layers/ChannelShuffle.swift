/// The channels of feature maps in another order, so that groups of channels mix: those of each of some groups, one after the other,
/// become neighbours. Zhang et al., "ShuffleNet", CVPR 2018.
public struct ChannelShuffle: LayerKind {
  public let groups: Int

  /// - Precondition: `groups` is 1 or more.
  public init(groups: Int) {
    precondition(groups > 0)
    self.groups = groups
  }

  public static let operations = ["channel_shuffle"]
  public var operation: String { "channel_shuffle" }

  public var settings: [String: String] { ["groups": "\(groups)"] }

  public var look: LayerLook { LayerLook("shuffle") }

  public var neighborhood: Neighborhood { .place }

  public func facts(_ shapes: LayerShapes) -> [String: LayerFact] { ["groups": .number(groups)] }

  public func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    let input = try inputs.oneFeatureMap()
    guard input[3] % groups == 0 else {
      throw .channelsOutOfRange(range: 0..<groups, channels: input[3])
    }
    return input
  }

  public func expression(_ inputs: [String]) -> String {
    "channel_shuffle(\(inputs[0]), \(groups))"
  }

  public func forward(_ inputs: [Tensor], parameters: LayerParameters, output: Shape) -> Tensor {
    shuffled(inputs[0], groups)
  }

  public func backward(_ gradient: Tensor, _ call: LayerCall, wanting: Wanted) -> LayerGradients {
    guard wanting.contains(.inputs) else { return LayerGradients() }
    return LayerGradients(inputs: [shuffled(gradient, gradient.shape[3] / groups)])
  }

  private func shuffled(_ maps: Tensor, _ groups: Int) -> Tensor {
    let channels = maps.shape[3]
    let each = channels / groups
    return maps.mapPixels(to: maps.shape) { source, target, pixels in
      for pixel in 0..<pixels {
        let (values, results) = (source + pixel * channels, target + pixel * channels)
        for place in 0..<each {
          for group in 0..<groups {
            results[place * groups + group] = values[group * each + place]
          }
        }
      }
    }
  }
}
