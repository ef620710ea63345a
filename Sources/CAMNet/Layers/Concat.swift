/// Feature maps of one height and width, joined along their channels.
public struct Concat: LayerKind {
  public init() {}

  public static let operations = ["concat"]
  public var operation: String { "concat" }

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
      var first = 0
      for input in inputs {
        let width = input.shape[3]
        input.withUnsafeElements { source in
          var next = first
          for pixel in stride(from: 0, to: source.count, by: width) {
            for channel in 0..<width {
              destination[next + channel] = source[pixel + channel]
            }
            next += channels
          }
        }
        first += width
      }
    }
  }
}
