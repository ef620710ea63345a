import Kernels

/// The gradient of a depthwise convolution's weights. Threads divide the channels, which have nothing to do with each other.
struct DepthwiseWeightsGradient {
  private let window: Window
  private let input: Shape
  private let output: Shape
  private let kernels: KernelSet
  private let padding: InputPadding

  init(_ window: Window, input: Shape, output: Shape, kernels: KernelSet) {
    self.window = window
    self.input = input
    self.output = output
    self.kernels = kernels
    padding = InputPadding(window, input: input, output: output)
  }

  func run(_ input: Tensor, _ gradient: Tensor) -> Tensor {
    let channels = output[3]
    let vectors = (channels + 15) / 16
    return Tensor(shape: [window.height, window.width, 1, channels]) { destination in
      destination.initialize(repeating: 0)
      padding.withPadded(input) { pixels in
        gradient.withUnsafeElements { gradient in
          parallel(over: Split(vectors, limit: max(1, vectors / 8))) { part in
            guard let gradient = gradient.baseAddress, let target = destination.baseAddress else {
              return
            }
            run(
              part.lowerBound * 16..<min(part.upperBound * 16, channels), pixels, gradient, target)
          }
        }
      }
    }
  }

  /// Makes the gradients of some channels' weights, row by row of the output.
  private func run(
    _ part: Range<Int>, _ pixels: UnsafePointer<Float>, _ gradient: UnsafePointer<Float>,
    _ target: UnsafeMutablePointer<Float>
  ) {
    let channels = output[3]
    for row in 0..<output[1] {
      for tap in 0..<window.height {
        let line = (row * window.strides.vertical + tap * window.dilations.vertical) * padding.width
        var call = camreport_depthwise_gradient(
          in: pixels + line * channels + part.lowerBound,
          step: window.strides.horizontal * channels,
          next: window.dilations.horizontal * channels,
          gradient: gradient + row * output[2] * channels + part.lowerBound, pixel: channels,
          pixels: output[2], sums: target + tap * window.width * channels + part.lowerBound,
          tap: channels, channels: part.count)
        kernels.table.pointee.depthwise_gradient(&call, window.width)
      }
    }
  }
}
