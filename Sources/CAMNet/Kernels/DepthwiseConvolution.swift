import Kernels

/// A convolution in which channel c of the output sees only channel c of the input.
///
/// Windows of 3×3 and 5×5, as almost all networks have them, are summed a row of pixels at a time; others pixel by pixel.
struct DepthwiseConvolution: PreparedLayer {
  private let window: Window
  private let input: Shape
  private let output: Shape
  private let kernels: KernelSet
  /// The kernel's weights times normalization's scale: (taps, padded channels), zeros in the padding.
  private let weights: Tensor
  /// What is added to each channel's sum: (padded channels,).
  private let shift: Tensor
  /// What windows see beyond the input's sides: (padded channels,).
  private let zeros: Tensor
  /// The range that the activation cuts sums to.
  private let range: ClosedRange<Float>
  /// The channels, rounded up to whole vectors of every instruction set: a multiple of 16.
  private let paddedChannels: Int

  let algorithm = LayerAlgorithm.depthwise

  /// - Parameter kernel: the weights, (height, width, 1, channels).
  init(
    _ window: Window, kernel: KernelReader, affine: ChannelAffine, input: Shape, output: Shape,
    kernels: KernelSet
  ) {
    self.window = window
    self.input = input
    self.output = output
    self.kernels = kernels
    range = affine.range
    let packed = PackedWeights(
      kernel, outputs: 0..<output[3], affine: affine, panel: (output[3] + 15) / 16 * 16,
      halves: false, kernels: kernels)
    weights = packed.values
    shift = packed.shift
    paddedChannels = packed.panel
    zeros = Tensor(shape: [paddedChannels], repeating: 0)
  }

  /// Whether the kernels have a loop for the window, which makes a row of pixels in one call.
  private var hasLines: Bool {
    window.height == window.width && [3, 5].contains(window.width)
      && window.strides.horizontal <= 2 && window.dilations == 1
  }

  func run(_ inputs: [Tensor]) -> Tensor {
    let geometry = WindowGeometry(window, input: input, output: output)
    // The threads divide the rows, or the channels where rows are few, as the 1×1 convolution before it divides its output:
    // each thread then reads mostly what it wrote itself.
    let isByRows = output[1] > 8 || !hasLines
    let rowParts = Split(
      output[1], limit: isByRows ? max(1, output[1] / 16) : output[1], multiple: isByRows ? 16 : 1)
    let vectors = paddedChannels / 16
    let channelParts = Split(vectors, limit: isByRows ? vectors : max(1, vectors / 8))
    return Tensor(shape: output) { destination in
      withPointers(inputs[0]) { pixels, constants in
        parallel(over: rowParts.count * channelParts.count) { index in
          guard let results = destination.baseAddress else { return }
          let part = channelParts[index / rowParts.count]
          let channels = part.lowerBound * 16..<min(part.upperBound * 16, input[3])
          for row in rowParts[index % rowParts.count] {
            let target = results + row * output[2] * output[3]
            if hasLines {
              runLine(row, channels, geometry, pixels, constants, into: target)
            } else {
              runPixels(row, geometry, pixels, constants, into: target)
            }
          }
        }
      }
    }
  }

  /// Where what is the same for all pixels lies while a run lasts.
  private struct Constants {
    let weights: UnsafePointer<Float>
    let shift: UnsafePointer<Float>
    let zeros: UnsafePointer<Float>
  }

  /// Calls `body` with where the input and the constants lie.
  private func withPointers(
    _ input: Tensor, _ body: (UnsafePointer<Float>, Constants) -> Void
  ) {
    input.withUnsafeElements { input in
      weights.withUnsafeElements { weights in
        shift.withUnsafeElements { shift in
          zeros.withUnsafeElements { zeros in
            guard let input = input.baseAddress, let weights = weights.baseAddress,
              let shift = shift.baseAddress, let zeros = zeros.baseAddress
            else { return }
            body(input, Constants(weights: weights, shift: shift, zeros: zeros))
          }
        }
      }
    }
  }

  /// Makes a row of the output in some channels.
  private func runLine(
    _ row: Int, _ channels: Range<Int>, _ geometry: WindowGeometry, _ pixels: UnsafePointer<Float>,
    _ constants: Constants, into target: UnsafeMutablePointer<Float>
  ) {
    let line = input[2] * input[3]
    let top = row * window.strides.vertical - geometry.top
    let inside = max(top, 0)..<max(min(top + window.height, input[1]), max(top, 0))
    var call = camreport_depthwise_line(
      in: pixels + inside.lowerBound * line + channels.lowerBound, in_row: line,
      in_width: input[2], pixel: input[3], rows: inside.count,
      weights: constants.weights + (inside.lowerBound - top) * window.width * paddedChannels
        + channels.lowerBound,
      weight_tap: paddedChannels, left: geometry.left,
      shift: constants.shift + channels.lowerBound, zeros: constants.zeros,
      low: range.lowerBound, high: range.upperBound, out: target + channels.lowerBound,
      pixels: output[2], channels: channels.count)
    kernels.table.pointee.depthwise_line(&call, window.width, window.strides.horizontal)
  }

  /// Makes a row of the output pixel by pixel, in all channels.
  private func runPixels(
    _ row: Int, _ geometry: WindowGeometry, _ pixels: UnsafePointer<Float>,
    _ constants: Constants, into target: UnsafeMutablePointer<Float>
  ) {
    let channels = input[3]
    withUnsafeTemporaryAllocation(of: Int.self, capacity: 2 * window.height * window.width) {
      lists in
      guard let inTaps = lists.baseAddress else { return }
      let weightTaps = inTaps + window.height * window.width
      for column in 0..<output[2] {
        var taps = 0
        geometry.forEachTap(row: row, column: column) { tap, pixel in
          inTaps[taps] = pixel * channels
          weightTaps[taps] = tap * paddedChannels
          taps += 1
        }
        var call = camreport_depthwise(
          in: pixels, in_taps: inTaps, weights: constants.weights, weight_taps: weightTaps,
          tap_count: taps, shift: constants.shift, low: range.lowerBound, high: range.upperBound,
          out: target + column * channels, channels: channels)
        kernels.table.pointee.depthwise(&call)
      }
    }
  }
}
