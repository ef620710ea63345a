import CAMNet

/// `MaxPool`: the largest value under a window, and where in the input it lies.
public struct MaxPool: Operator {
  private let window: WindowAttributes
  private let kernel: [Int]
  /// Whether places are counted along columns.
  private let isColumnMajor: Bool

  public init(_ node: Attributes) throws(OperatorError) {
    window = try WindowAttributes(node)
    kernel = try node.integers("kernel_shape") ?? []
    isColumnMajor = try node.flag("storage_order")
  }

  public func infer(_ inputs: Operands) throws(OperatorError) -> [ValueType] {
    let shape = try pooled(try inputs.shape(0), window, kernel)
    return [ValueType(shape, try inputs.type(0).element), ValueType(shape, .integer)]
  }

  public func evaluate(_ inputs: Operands, _ types: [ValueType]) throws(OperatorError) -> [Value] {
    let input = try inputs.tensor(0)
    let pixels = Shape(Array(input.shape.dimensions.dropFirst(2)))
    let axes = try window.axes(pixels.dimensions, kernel: kernel)
    var places: [Int] = []
    let tensor = input.windows(axes, types[0].shape) { values, pixel, plane in
      var (best, place) = (-Float.infinity, pixel.first ?? 0)
      for index in pixel where values[index] > best || values[index].isNaN {
        (best, place) = (values[index], index)
      }
      places.append(plane * pixels.elementCount + place)
      return best
    }
    if isColumnMajor, pixels.rank == 2 {
      let (height, width) = (pixels[0], pixels[1])
      places = places.map { place in
        let (plane, pixel) = place.quotientAndRemainder(dividingBy: height * width)
        return plane * height * width + pixel % width * height + pixel / width
      }
    }
    let values = Value.floats(tensor)
    return [
      types[0].element == .float ? values : .integers(.init(types[0].shape, values.integers)),
      .integers(.init(types[1].shape, places)),
    ]
  }
}

/// `AveragePool`: the mean of the values under a window.
public struct AveragePool: Operator {
  private let window: WindowAttributes
  private let kernel: [Int]
  /// Whether the zeros of the padding count too.
  private let countsPadding: Bool

  public init(_ node: Attributes) throws(OperatorError) {
    window = try WindowAttributes(node)
    kernel = try node.integers("kernel_shape") ?? []
    countsPadding = try node.flag("count_include_pad")
  }

  public func infer(_ inputs: Operands) throws(OperatorError) -> [ValueType] {
    [ValueType(try pooled(try inputs.shape(0), window, kernel))]
  }

  public func evaluate(_ inputs: Operands, _ types: [ValueType]) throws(OperatorError) -> [Value] {
    let input = try inputs.tensor(0)
    let axes = try window.axes(Array(input.shape.dimensions.dropFirst(2)), kernel: kernel)
    // How many of the window's places count at each place of the output: those that rounding up adds never do.
    var counts = [1]
    for axis in axes {
      counts = counts.flatMap { count in
        (0..<axis.output).map { place in
          guard countsPadding else { return count * axis.taps(at: place).count }
          let inside = (0..<axis.kernel).count {
            place * axis.stride + $0 * axis.dilation < axis.before + axis.input + axis.after
          }
          return count * inside
        }
      }
    }
    var next = 0
    let tensor = input.windows(axes, types[0].shape) { values, pixels, _ in
      defer { next += 1 }
      let sum = pixels.reduce(0) { $0 + Double(values[$1]) }
      return Float(sum / Double(counts[next % counts.count]))
    }
    return [.floats(tensor)]
  }
}

/// The output's shape of a pool.
private func pooled(
  _ input: Shape, _ window: WindowAttributes, _ kernel: [Int]
) throws(OperatorError) -> Shape {
  guard input.rank >= 3 else { throw OperatorError("has an input of \(input.rank) axes, \(input)") }
  let axes = try window.axes(Array(input.dimensions.dropFirst(2)), kernel: kernel)
  return try Limits.shape(Array(input.dimensions.prefix(2)) + axes.map(\.output))
}

extension Tensor {
  /// A tensor of what `body` makes of the values under a window, plane by plane.
  /// - Parameter body: is given a plane's values, the numbers of those under the window, and the plane's number.
  fileprivate func windows(
    _ axes: [WindowAxis], _ output: Shape,
    _ body: (UnsafeBufferPointer<Float>, [Int], Int) -> Float
  ) -> Tensor {
    // The pixels under the window at each place, the same in all planes.
    var pixels: [[Int]] = [[0]]
    for axis in axes {
      let taps = (0..<axis.output).map { axis.taps(at: $0).map(\.pixel) }
      pixels = pixels.flatMap { outer in
        taps.map { inner in outer.flatMap { pixel in inner.map { pixel * axis.input + $0 } } }
      }
    }
    let count = axes.reduce(1) { $0 * $1.input }
    return Tensor(shape: output) { destination in
      withUnsafeElements { source in
        guard !pixels.isEmpty else { return }
        for index in destination.indices {
          let plane = index / pixels.count
          let values = UnsafeBufferPointer(rebasing: source[plane * count..<(plane + 1) * count])
          destination[index] = body(values, pixels[index % pixels.count], plane)
        }
      }
    }
  }
}
