import CAMNet
import Foundation

/// `BatchNormalization`: each channel less its mean, divided by its deviation, times a scale, plus a shift. In training mode mean
/// and variance are the input's own, and the running ones are brought nearer to them.
public struct BatchNormalizationOperator: Operator {
  private let epsilon: Float
  private let momentum: Float
  private let trains: Bool

  public init(_ node: Attributes) throws(OperatorError) {
    epsilon = try node.float("epsilon", default: 1e-5)
    momentum = try node.float("momentum", default: 0.9)
    trains = try node.flag("training_mode")
    guard try node.integer("spatial", default: 1) == 1 else {
      throw OperatorError("normalizes each pixel by numbers of its own, as before operator set 9")
    }
  }

  public func infer(_ inputs: Operands) throws(OperatorError) -> [ValueType] {
    let input = try inputs.shape(0)
    guard input.rank >= 2 else { throw OperatorError("has an input of \(input.rank) axes") }
    for index in 1...4 {
      let shape = try inputs.shape(index)
      guard shape == [input[1]] else {
        throw OperatorError("has \(input[1]) channels and numbers of the shape \(shape) for them")
      }
    }
    let channels = ValueType([input[1]])
    return trains ? [ValueType(input), channels, channels] : [ValueType(input)]
  }

  public func evaluate(_ inputs: Operands, _ types: [ValueType]) throws(OperatorError) -> [Value] {
    let input = try inputs.tensor(0)
    let (scale, shift) = (try inputs.tensor(1).elements, try inputs.tensor(2).elements)
    var (mean, variance) = (try inputs.tensor(3).elements, try inputs.tensor(4).elements)
    let channels = input.shape[1]
    let pixels = input.shape.count(2..<input.shape.rank)
    var running: [Value] = []
    if trains {
      let (own, ownVariance) = input.moments(channels: channels, pixels: pixels)
      let share = 1 - momentum
      running = [
        zip(mean, own).map { $0 * momentum + $1 * share },
        zip(variance, ownVariance).map { $0 * momentum + $1 * share },
      ].map { .floats(Tensor(shape: [channels], $0)) }
      (mean, variance) = (own, ownVariance)
    }
    let factors = zip(scale, variance).map {
      Double($0) / (Double($1) + Double(epsilon)).squareRoot()
    }
    let offsets = (0..<channels).map { Double(shift[$0]) - Double(mean[$0]) * factors[$0] }
    let output = Tensor(shape: input.shape) { destination in
      input.withUnsafeElements { source in
        for plane in 0..<input.shape[0] * channels {
          let (factor, offset) = (
            Float(factors[plane % channels]), Float(offsets[plane % channels])
          )
          for index in plane * pixels..<(plane + 1) * pixels {
            destination[index] = source[index] * factor + offset
          }
        }
      }
    }
    return [.floats(output)] + running
  }
}

extension Tensor {
  /// The mean and variance of each channel over all photos and pixels.
  fileprivate func moments(channels: Int, pixels: Int) -> (mean: [Float], variance: [Float]) {
    var (means, variances): ([Float], [Float]) = ([], [])
    for channel in 0..<channels {
      let places = (0..<shape[0]).flatMap { photo in
        (0..<pixels).map { (photo * channels + channel) * pixels + $0 }
      }
      let mean = places.reduce(0) { $0 + Double(self[flat: $1]) } / Double(places.count)
      let squares = places.reduce(0) {
        $0 + (Double(self[flat: $1]) - mean) * (Double(self[flat: $1]) - mean)
      }
      means.append(Float(mean))
      variances.append(Float(squares / Double(places.count)))
    }
    return (means, variances)
  }
}

/// `LayerNormalization`: the values along the last axes less their mean, divided by their deviation, times a scale, plus a shift.
public struct LayerNormalization: Operator {
  private let axis: Int
  private let epsilon: Float

  public init(_ node: Attributes) throws(OperatorError) {
    axis = try node.integer("axis", default: -1)
    epsilon = try node.float("epsilon", default: 1e-5)
  }

  init(axis: Int, epsilon: Float) {
    self.axis = axis
    self.epsilon = epsilon
  }

  public func infer(_ inputs: Operands) throws(OperatorError) -> [ValueType] {
    let input = try inputs.shape(0)
    let axis = try Axes.resolved(axis, rank: input.rank)
    for index in 1..<max(inputs.count, 2) where index == 1 || inputs.has(index) {
      let shape = try inputs.shape(index)
      guard shape.broadcast(with: input) == input else {
        throw OperatorError("normalizes \(input) by \(shape)")
      }
    }
    let moments = Shape(
      Array(input.dimensions.prefix(axis)) + input.dimensions.dropFirst(axis).map { _ in 1 })
    return [ValueType(input), ValueType(moments), ValueType(moments)]
  }

  public func evaluate(_ inputs: Operands, _ types: [ValueType]) throws(OperatorError) -> [Value] {
    let input = try inputs.tensor(0)
    let rows = types[1].shape.elementCount
    let count = rows == 0 ? 0 : input.count / rows
    var (means, factors): ([Float], [Float]) = ([], [])
    var result = Tensor(shape: input.shape) { destination in
      input.withUnsafeElements { source in
        for row in 0..<rows {
          let range = row * count..<(row + 1) * count
          let mean = source[range].reduce(0) { $0 + Double($1) } / Double(count)
          let variance =
            source[range].reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
            / Double(count)
          let factor = 1 / (variance + Double(epsilon)).squareRoot()
          means.append(Float(mean))
          factors.append(Float(factor))
          for index in range { destination[index] = Float((Double(source[index]) - mean) * factor) }
        }
      }
    }
    result = result.combined(try inputs.tensor(1), input.shape) { $0 * $1 }
    if inputs.has(2) { result = result.combined(try inputs.tensor(2), input.shape) { $0 + $1 } }
    return [
      .floats(result), .floats(Tensor(shape: types[1].shape, means)),
      .floats(Tensor(shape: types[2].shape, factors)),
    ]
  }
}

extension LayerNormalization: LayeredOperator {
  /// Over the channels of a row or of feature maps.
  func layers(_ inputs: NodeInputs) throws(OperatorError) -> [FastLayer]? {
    let (shape, scale) = (try inputs.operands.shape(0), try inputs.operands.shape(1))
    guard let form = inputs.form, let channels = inputs.channelAxis(0),
      try Axes.resolved(axis, rank: shape.rank) == channels,
      scale.isByChannel(shape[channels], of: form), inputs.isConstant(1), inputs.isConstant(2),
      try inputs.operands.shape(2).isByChannel(shape[channels], of: form)
    else { return nil }
    return [
      FastLayer(
        LayerNorm(epsilon: epsilon), [(0, form)],
        parameters: [(.scale, 1, nil), (.shift, 2, nil)], output: form)
    ]
  }
}

/// `InstanceNormalization`: each channel of each photo less its mean, divided by its deviation, times a scale, plus a shift.
public struct InstanceNormalization: Operator {
  private let epsilon: Float

  public init(_ node: Attributes) throws(OperatorError) {
    epsilon = try node.float("epsilon", default: 1e-5)
  }

  public func infer(_ inputs: Operands) throws(OperatorError) -> [ValueType] {
    let input = try inputs.shape(0)
    guard input.rank >= 3, try inputs.shape(1) == [input[1]], try inputs.shape(2) == [input[1]]
    else { throw OperatorError("normalizes \(input) by \(try inputs.shape(1))") }
    return [ValueType(input)]
  }

  public func evaluate(_ inputs: Operands, _ types: [ValueType]) throws(OperatorError) -> [Value] {
    let input = try inputs.tensor(0)
    let (scale, shift) = (try inputs.tensor(1), try inputs.tensor(2))
    let channels = input.shape[1]
    let pixels = input.shape.count(2..<input.shape.rank)
    return [
      .floats(
        Tensor(shape: input.shape) { destination in
          input.withUnsafeElements { source in
            for plane in 0..<input.shape[0] * channels {
              let range = plane * pixels..<(plane + 1) * pixels
              let mean = source[range].reduce(0) { $0 + Double($1) } / Double(pixels)
              let variance =
                source[range].reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
                / Double(pixels)
              let factor =
                Double(scale[flat: plane % channels]) / (variance + Double(epsilon)).squareRoot()
              for index in range {
                destination[index] = Float(
                  (Double(source[index]) - mean) * factor + Double(shift[flat: plane % channels]))
              }
            }
          }
        })
    ]
  }
}

/// `LRN`: each value divided by a power of the sum of squares of its neighbours along the channels.
public struct LocalResponseNormalization: Operator {
  private let alpha: Float
  private let beta: Float
  private let bias: Float
  private let size: Int

  public init(_ node: Attributes) throws(OperatorError) {
    alpha = try node.float("alpha", default: 1e-4)
    beta = try node.float("beta", default: 0.75)
    bias = try node.float("bias", default: 1)
    size = try node.integer("size", default: 0)
    guard size >= 1 else { throw OperatorError("has a size of \(size)") }
  }

  public func infer(_ inputs: Operands) throws(OperatorError) -> [ValueType] {
    let input = try inputs.shape(0)
    guard input.rank >= 2 else { throw OperatorError("has an input of \(input.rank) axes") }
    return [ValueType(input)]
  }

  public func evaluate(_ inputs: Operands, _ types: [ValueType]) throws(OperatorError) -> [Value] {
    let input = try inputs.tensor(0)
    let channels = input.shape[1]
    let pixels = input.shape.count(2..<input.shape.rank)
    let (below, above) = ((size - 1) / 2, size / 2)
    return [
      .floats(
        Tensor(shape: input.shape) { destination in
          input.withUnsafeElements { source in
            for plane in 0..<input.shape[0] * channels {
              let channel = plane % channels
              let first = plane - min(below, channel)
              let last = plane + min(above, channels - 1 - channel)
              for pixel in 0..<pixels {
                let squares = (first...last).reduce(Float(0)) {
                  $0 + source[$1 * pixels + pixel] * source[$1 * pixels + pixel]
                }
                destination[plane * pixels + pixel] =
                  source[plane * pixels + pixel] / pow(bias + alpha / Float(size) * squares, beta)
              }
            }
          }
        })
    ]
  }
}

extension BatchNormalizationOperator: LayeredOperator {
  /// Of feature maps, or of a row.
  func layers(_ inputs: NodeInputs) throws(OperatorError) -> [FastLayer]? {
    let shape = try inputs.operands.shape(0)
    let form: Form = shape.rank == 2 ? .own : .maps
    guard !trains,
      inputs.form == .own && shape.rank == 2 && shape[0] == 1 || inputs.mapShape() != nil,
      (1...4).allSatisfy(inputs.isConstant)
    else { return nil }
    return [
      FastLayer(
        BatchNorm(epsilon: epsilon), [(0, form)],
        parameters: [(.scale, 1, nil), (.shift, 2, nil), (.mean, 3, nil), (.variance, 4, nil)],
        output: form)
    ]
  }
}

extension LocalResponseNormalization: LayeredOperator {
  func layers(_ inputs: NodeInputs) -> [FastLayer]? {
    guard inputs.mapShape() != nil else { return nil }
    return [
      .maps(CAMNet.LocalResponseNormalization(size: size, alpha: alpha, beta: beta, bias: bias))
    ]
  }
}
