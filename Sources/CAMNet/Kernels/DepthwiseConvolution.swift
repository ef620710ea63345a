import Kernels

/// A convolution in which channel c of the output sees only channel c of the input.
///
/// Pixels whose whole window lies inside the input share a list of taps; those at the edges have lists of their own, so
/// that nothing is padded.
struct DepthwiseConvolution: PreparedLayer {
  private let window: Window
  private let input: Shape
  private let output: Shape
  private let kernels: KernelSet
  /// taps · padded channels, times normalization's scale.
  private let weights: Tensor
  private let shift: Tensor
  private let range: ClosedRange<Float>
  private let paddedChannels: Int

  let algorithm = "depthwise"

  /// - Parameter kernel: (height, width, 1, channels).
  init(
    _ window: Window, kernel: Parameter, affine: ChannelAffine, input: Shape, output: Shape,
    kernels: KernelSet
  ) {
    self.window = window
    self.input = input
    self.output = output
    self.kernels = kernels
    range = affine.range
    let packed = PackedWeights(
      kernel, outputs: 0..<output[3], affine: affine, panel: (output[3] + 15) / 16 * 16)
    weights = packed.values
    shift = packed.shift
    paddedChannels = packed.panel
  }

  func run(_ inputs: [Tensor]) -> Tensor {
    let geometry = WindowGeometry(window, input: input, output: output)
    // A few rows at a time, so that handing them out costs little.
    let rows = Split(output[1], limit: max(1, output[1] / 16)).map { $0 }
    return Tensor(shape: output) { destination in
      inputs[0].withUnsafeElements { source in
        weights.withUnsafeElements { weights in
          shift.withUnsafeElements { shift in
            parallel(over: rows.count) { index in
              guard let pixels = source.baseAddress, let weights = weights.baseAddress,
                let shift = shift.baseAddress, let results = destination.baseAddress
              else { return }
              var call = camreport_depthwise(
                in: pixels, in_step: window.stride * input[3], in_taps: nil, weights: weights,
                weight_taps: nil, tap_count: 0, shift: shift, low: range.lowerBound,
                high: range.upperBound, out: results, pixels: 0, channels: input[3])
              for row in rows[index] { run(row, geometry, &call, pixels, results) }
            }
          }
        }
      }
    }
  }

  private func run(
    _ row: Int, _ geometry: WindowGeometry, _ call: inout camreport_depthwise,
    _ pixels: UnsafePointer<Float>, _ results: UnsafeMutablePointer<Float>
  ) {
    let reach = (window.width - 1) * window.dilation
    // The first and the last pixel whose window lies between the left and the right edge.
    let first = min((geometry.left + window.stride - 1) / window.stride, output[2])
    let space = input[2] - 1 - reach + geometry.left
    let end = space < 0 ? first : max(first, min(space / window.stride + 1, output[2]))
    for column in 0..<first { run(row, column, 1, geometry, &call, pixels, results) }
    if end > first { run(row, first, end - first, geometry, &call, pixels, results) }
    for column in end..<output[2] { run(row, column, 1, geometry, &call, pixels, results) }
  }

  /// `count` pixels that see the same taps.
  private func run(
    _ row: Int, _ column: Int, _ count: Int, _ geometry: WindowGeometry,
    _ call: inout camreport_depthwise, _ pixels: UnsafePointer<Float>,
    _ results: UnsafeMutablePointer<Float>
  ) {
    let channels = input[3]
    withUnsafeTemporaryAllocation(of: Int.self, capacity: 2 * window.height * window.width) {
      lists in
      guard let inTaps = lists.baseAddress else { return }
      let weightTaps = inTaps + window.height * window.width
      var taps = 0
      geometry.forEachTap(row: row, column: column) { tap, pixel in
        inTaps[taps] = pixel * channels
        weightTaps[taps] = tap * paddedChannels
        taps += 1
      }
      call.in = pixels
      call.in_taps = UnsafePointer(inTaps)
      call.weight_taps = UnsafePointer(weightTaps)
      call.tap_count = taps
      call.out = results + (row * output[2] + column) * channels
      call.pixels = count
      kernels.table.pointee.depthwise(&call)
    }
  }
}
