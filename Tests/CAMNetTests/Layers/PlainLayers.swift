import CAMNet
import TestSupport

// Layers as sums written down one after the other, in double precision: slow, and plain to read.

func randomTensor(_ shape: Shape, _ generator: inout SeededGenerator) -> Tensor {
  Tensor(
    shape: shape,
    (0..<shape.elementCount).map { _ in Float.random(in: -1...1, using: &generator) })
}

/// A number for each axis, each of a range: they are often not the same.
func randomPerAxis(
  _ range: ClosedRange<Int>, _ generator: inout SeededGenerator
) -> Window.PerAxis {
  Window.PerAxis(
    vertical: .random(in: range, using: &generator),
    horizontal: .random(in: range, using: &generator))
}

func randomParameters(
  of convolution: Convolution, for input: Shape, _ generator: inout SeededGenerator
) -> [ParameterRole: Tensor] {
  var parameters: [ParameterRole: Tensor] = [:]
  for (role, shape) in convolution.parameters(for: [input]) {
    let tensor = randomTensor(shape, &generator)
    parameters[role] =
      role == .variance ? Tensor(shape: shape, tensor.elements.map { abs($0) + 0.1 }) : tensor
  }
  return parameters
}

func samePadding(_ window: Window, _ input: Shape, _ output: Shape) -> (Int, Int) {
  switch window.padding {
  case .valid: return (0, 0)
  case .explicit(let top, let left, _, _): return (top, left)
  case .same:
    func before(_ extent: Int, _ stride: Int, _ dilation: Int, _ axis: Int) -> Int {
      max((output[axis] - 1) * stride + (extent - 1) * dilation + 1 - input[axis], 0) / 2
    }
    let (strides, dilations) = (window.strides, window.dilations)
    return (
      before(window.height, strides.vertical, dilations.vertical, 1),
      before(window.width, strides.horizontal, dilations.horizontal, 2)
    )
  }
}

func taps(
  _ window: Window, _ y: Int, _ x: Int, _ top: Int, _ left: Int, _ input: Shape
) -> [(Int, Int)] {
  (0..<window.height).flatMap { i in
    (0..<window.width).map { j in
      (
        y * window.strides.vertical - top + i * window.dilations.vertical,
        x * window.strides.horizontal - left + j * window.dilations.horizontal
      )
    }
  }
  .filter { (0..<input[1]).contains($0.0) && (0..<input[2]).contains($0.1) }
}

func slowConvolution(
  _ convolution: Convolution, _ input: Tensor, _ parameters: [ParameterRole: Tensor],
  _ output: Shape
) -> [Double] {
  let window = convolution.window
  let shape = input.shape
  let (top, left) = samePadding(window, shape, output)
  let groupInputs = shape[3] / convolution.groups
  let groupOutputs = output[3] / convolution.groups
  func parameter(_ role: ParameterRole, _ index: Int, _ absent: Double) -> Double {
    parameters[role].map { Double($0[flat: index]) } ?? absent
  }
  var result: [Double] = []
  for y in 0..<output[1] {
    for x in 0..<output[2] {
      for channel in 0..<output[3] {
        let group = channel / groupOutputs
        var sum = 0.0
        for i in 0..<window.height {
          for j in 0..<window.width {
            let row = y * window.strides.vertical - top + i * window.dilations.vertical
            let column =
              x * window.strides.horizontal - left + j * window.dilations.horizontal
            guard (0..<shape[1]).contains(row), (0..<shape[2]).contains(column) else { continue }
            for k in 0..<groupInputs {
              let value = input[
                flat: (row * shape[2] + column) * shape[3] + group * groupInputs + k]
              let weight = ((i * window.width + j) * groupInputs + k) * output[3] + channel
              sum += Double(value) * parameter(.weights, weight, 0)
            }
          }
        }
        sum += parameter(.biases, channel, 0)
        if convolution.batchNormalization != nil {
          let deviation = (parameter(.variance, channel, 1) + 1e-3).squareRoot()
          sum =
            (sum - parameter(.mean, channel, 0)) / deviation * parameter(.scale, channel, 1)
            + parameter(.shift, channel, 0)
        }
        switch convolution.activation {
        case .none: break
        case .relu: sum = max(sum, 0)
        case .relu6: sum = min(max(sum, 0), 6)
        }
        result.append(sum)
      }
    }
  }
  return result
}

/// The gradient of a convolution's weights where nothing follows its sums: at each tap and pair of channels, the sum over all places
/// of what the tap saw times the gradient.
func slowWeightsGradient(
  _ convolution: Convolution, _ input: Tensor, _ gradient: Tensor
) -> [Double] {
  let window = convolution.window
  let (shape, output) = (input.shape, gradient.shape)
  let (top, left) = samePadding(window, shape, output)
  let groupInputs = shape[3] / convolution.groups
  let groupOutputs = output[3] / convolution.groups
  let (inputs, gradients) = (
    input.elements.map(Double.init), gradient.elements.map(Double.init)
  )
  var sums = [Double](
    repeating: 0, count: window.height * window.width * groupInputs * output[3])
  for y in 0..<output[1] {
    for x in 0..<output[2] {
      let own = (y * output[2] + x) * output[3]
      for i in 0..<window.height {
        for j in 0..<window.width {
          let row = y * window.strides.vertical - top + i * window.dilations.vertical
          let column =
            x * window.strides.horizontal - left + j * window.dilations.horizontal
          guard (0..<shape[1]).contains(row), (0..<shape[2]).contains(column) else { continue }
          let seen = (row * shape[2] + column) * shape[3]
          for k in 0..<groupInputs {
            let target = ((i * window.width + j) * groupInputs + k) * output[3]
            for channel in 0..<output[3] {
              let group = channel / groupOutputs
              sums[target + channel] +=
                inputs[seen + group * groupInputs + k] * gradients[own + channel]
            }
          }
        }
      }
    }
  }
  return sums
}
