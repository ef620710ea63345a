/// A convolution in which channel c of the output sees only channel c of the input.
///
/// `kernel` is (height, width, 1, channels); for each output pixel the taps are summed over neighbouring channels,
/// which lie side by side in memory.
func depthwiseConvolution(
  _ input: Tensor, kernel: Tensor, window: Window, output: Shape, epilogue: Epilogue
) -> Tensor {
  let geometry = WindowGeometry(window, input: input.shape, output: output)
  let channels = output[3]
  let width = output[2]
  return Tensor(shape: output) { destination in
    input.withUnsafeElements { source in
      kernel.withUnsafeElements { kernel in
        parallel(over: output[1]) { row in
          guard let pixels = source.baseAddress, let taps = kernel.baseAddress,
            let line = destination.baseAddress.map({ $0 + row * width * channels })
          else { return }
          line.initialize(repeating: 0, count: width * channels)
          for column in 0..<width {
            let sums = line + column * channels
            geometry.forEachTap(row: row, column: column) { tap, pixel in
              let values = pixels + pixel * channels
              let weights = taps + tap * channels
              for channel in 0..<channels {
                sums[channel] += values[channel] * weights[channel]
              }
            }
          }
          epilogue.apply(to: line, pixels: width, channels: channels)
        }
      }
    }
  }
}
