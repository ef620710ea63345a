/// Feature maps of one height and width, joined along their channels.
public struct Concat: LayerKind {
  public init() {}

  public static let operations = ["concat"]
  public var operation: String { "concat" }

  public var look: LayerLook { LayerLook("concat") }

  public var neighborhood: Neighborhood { .place }

  public func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    guard let first = inputs.first else { throw .inputCount(expected: 2, found: 0) }
    var channels = 0
    for input in inputs {
      guard input.rank == 4 else { throw .rank(expected: 4, found: input) }
      guard input.dimensions.dropLast() == first.dimensions.dropLast() else {
        throw .differentShapes(first, input)
      }
      channels += input[3]
    }
    return [first[0], first[1], first[2], channels]
  }

  public func expression(_ inputs: [String]) -> String {
    "concat([\(inputs.joined(separator: ", "))], axis=3)"
  }

  public func forward(_ inputs: [Tensor], parameters: LayerParameters, output: Shape) -> Tensor {
    let channels = output[3]
    return Tensor(shape: output) { destination in
      guard let destination = destination.baseAddress else { return }
      var first = 0
      for input in inputs {
        let width = input.shape[3]
        let target = destination + first
        input.withUnsafeElements { source in
          guard let source = source.baseAddress else { return }
          parallel(over: Split(output[1] * output[2], limit: 16_384)) { pixels in
            if width == 1 {
              for pixel in pixels { target[pixel * channels] = source[pixel] }
            } else {
              for pixel in pixels {
                (target + pixel * channels).initialize(from: source + pixel * width, count: width)
              }
            }
          }
        }
        first += width
      }
    }
  }

  public func backward(_ gradient: Tensor, _ call: LayerCall, wanting: Wanted) -> LayerGradients {
    guard wanting.contains(.inputs) else { return LayerGradients() }
    let channels = gradient.shape[3]
    var first = 0
    return LayerGradients(
      inputs: call.inputs.map { input in
        let (start, width) = (first, input.shape[3])
        first += width
        return gradient.mapPixels(to: input.shape) { source, target, pixels in
          for pixel in 0..<pixels {
            (target + pixel * width).initialize(
              from: source + pixel * channels + start, count: width)
          }
        }
      })
  }
}
