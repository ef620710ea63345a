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
    var places = [Int](repeating: 0, count: types[0].shape.elementCount)
    let tensor = input.windows(axes, types[0].shape) { values, under, window in
      var (best, place) = (-Float.infinity, under.first ?? 0)
      for index in under where values[index] > best || values[index].isNaN {
        (best, place) = (values[index], index)
      }
      places[window.output] = window.plane * pixels.elementCount + place
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
    // How many of the window's places along each axis count: those that rounding up adds never do.
    let counts = axes.map { axis in
      (0..<axis.output).map { place in
        guard countsPadding else { return axis.taps(at: place).count }
        let room = axis.before + axis.input + axis.after - place * axis.stride
        return min(axis.kernel, (room + axis.dilation - 1) / axis.dilation)
      }
    }
    let tensor = input.windows(axes, types[0].shape) { values, under, window in
      let count = zip(counts, window.place).reduce(1) { $0 * $1.0[$1.1] }
      return Float(under.reduce(0) { $0 + Double(values[$1]) } / Double(count))
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

/// Where a window stands.
private struct WindowPlace {
  /// The place in the output, along each axis.
  let place: [Int]
  /// The number of the output's element, and of its plane.
  let output: Int
  let plane: Int
}

extension Tensor {
  /// A tensor of what `body` makes of the values under a window.
  /// - Parameter body: is given a plane's values, the numbers of those under the window, and where it stands.
  fileprivate func windows(
    _ axes: [WindowAxis], _ output: Shape,
    _ body: (UnsafeBufferPointer<Float>, [Int], WindowPlace) -> Float
  ) -> Tensor {
    let taps = axes.map { axis in (0..<axis.output).map { axis.taps(at: $0).map(\.pixel) } }
    let (inputs, outputs) = (axes.reduce(1) { $0 * $1.input }, axes.reduce(1) { $0 * $1.output })
    let planes = outputs == 0 ? 0 : output.elementCount / outputs
    var place = [Int](repeating: 0, count: axes.count)
    return Tensor(shape: output) { destination in
      withUnsafeElements { source in
        for index in 0..<(planes == 0 ? 0 : outputs) {
          var rest = index
          for axis in stride(from: axes.count - 1, through: 0, by: -1) {
            (rest, place[axis]) = rest.quotientAndRemainder(dividingBy: axes[axis].output)
          }
          var under = [0]
          for (axis, window) in axes.enumerated() {
            let pixels = taps[axis][place[axis]]
            under = under.flatMap { outer in pixels.map { outer * window.input + $0 } }
          }
          for plane in 0..<planes {
            let values = UnsafeBufferPointer(
              rebasing: source[plane * inputs..<(plane + 1) * inputs])
            let target = plane * outputs + index
            destination[target] = body(
              values, under, WindowPlace(place: place, output: target, plane: plane))
          }
        }
      }
    }
  }
}

extension MaxPool: LayeredOperator {
  func layers(_ inputs: NodeInputs) throws(OperatorError) -> [FastLayer]? {
    guard inputs.outputs.count == 1, let input = inputs.mapShape(),
      let window = try window.window(over: input, kernel: kernel)
    else { return nil }
    return [.maps(MaxPooling(window))]
  }
}

extension AveragePool: LayeredOperator {
  func layers(_ inputs: NodeInputs) throws(OperatorError) -> [FastLayer]? {
    // Places that rounding up adds count for nothing here, as padding does for a layer that counts it.
    guard let input = inputs.mapShape(), window.roundsDown || !countsPadding,
      let window = try window.window(over: input, kernel: kernel)
    else { return nil }
    return [.maps(AveragePooling(window, countsPadding: countsPadding))]
  }
}
