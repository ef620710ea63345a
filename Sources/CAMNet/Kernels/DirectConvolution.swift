import Kernels

/// A convolution as a matrix product in which no window is copied: the product's rows are read where the input lies.
///
/// In a padded input a row of the window is `width · channels` values side by side, so that a window is as many pieces as
/// it has rows. Rows of the product are neighbouring pixels of the output.
struct DirectConvolution: PreparedLayer {
  private let convolution: Convolution
  private let input: Shape
  private let output: Shape
  private let kernels: KernelSet
  /// The kernels' weights, one matrix for each of the convolution's groups.
  private let weights: [PackedWeights]
  /// The range that the activation cuts sums to.
  private let range: ClosedRange<Float>
  private let lines: WindowLines
  /// The blocks of pixels that the threads divide.
  private let blocks: [Block]
  /// In how many parts the threads divide the panels of weights too, for each block.
  private let parts: Int

  let algorithm = LayerAlgorithm.direct

  /// - Parameters:
  ///   - kernel: the weights, (height, width, input channels of a group, output channels).
  ///   - outputs: the output channels of `kernel` that are used.
  init(
    _ convolution: Convolution, kernel: KernelReader, outputs: Range<Int>, affine: ChannelAffine,
    input: Shape, output: Shape, kernels: KernelSet
  ) {
    self.convolution = convolution
    self.input = input
    self.output = output
    self.kernels = kernels
    range = affine.range
    let groupOutputs = output[3] / convolution.groups
    weights = (0..<convolution.groups).map { group in
      let first = group * groupOutputs
      let part = first..<first + groupOutputs
      return PackedWeights(
        kernel,
        outputs: outputs.lowerBound + part.lowerBound..<outputs.lowerBound + part.upperBound,
        affine: ChannelAffine(
          scale: affine.scale.map { Array($0[part]) }, shift: affine.shift.map { Array($0[part]) },
          range: affine.range), panel: kernels.panel, halves: true, kernels: kernels)
    }
    lines = WindowLines(convolution, input: input, output: output)
    // A block's input stays in the cache while the panels pass over it. Where there are so few pixels that weights are the
    // larger part, the cores divide the panels, so that each reads its own.
    let isByPixels = lines.count * lines.pixels >= 8 * kernels.rows
    blocks = Self.blocks(
      lines: lines.count, pixels: lines.pixels,
      limit: max(kernels.rows, 32_768 / max(lines.depth, 1) / kernels.rows * kernels.rows),
      rows: kernels.rows, multiple: isByPixels ? 16 : 1)
    parts = isByPixels ? 1 : min(weights[0].panels, (8 + blocks.count - 1) / blocks.count)
  }

  func run(_ inputs: [Tensor]) -> Tensor {
    lines.padding.withPadded(inputs[0]) { pixels in
      Tensor(shape: output) { destination in
        guard let results = destination.baseAddress else { return }
        for group in 0..<convolution.groups { run(group, pixels, results) }
      }
    }
  }

  /// Makes one group's channels of the output from the padded input.
  private func run(
    _ group: Int, _ pixels: UnsafePointer<Float>, _ results: UnsafeMutablePointer<Float>
  ) {
    let (strides, channels) = (convolution.window.strides, input[3])
    let pixels = pixels + group * channels / convolution.groups
    let groupOutputs = output[3] / convolution.groups
    let weights = weights[group]
    weights.values.withUnsafeElements { packed in
      weights.shift.withUnsafeElements { shift in
        lines.taps.withUnsafeBufferPointer { taps in
          nonisolated(unsafe) let taps = taps
          parallel(over: blocks.count * parts) { index in
            guard let packed = packed.baseAddress, let shift = shift.baseAddress else { return }
            let block = blocks[index / parts]
            let part = index % parts
            var product = camreport_product(
              a: pixels, a_row: strides.horizontal * channels, taps: taps.baseAddress,
              tap_count: taps.count, depth: lines.depth, b: packed, c: results, c_row: output[3],
              columns: kernels.panel, shift: shift, adds: false,
              low: range.lowerBound, high: range.upperBound)
            for panel in weights.panels * part / parts..<weights.panels * (part + 1) / parts {
              product.b = packed + panel * weights.rows * weights.panel
              product.shift = shift + panel * weights.panel
              product.columns = min(weights.panel, groupOutputs - panel * weights.panel)
              for line in block.lines {
                let pixel = block.pixels.lowerBound
                product.a =
                  pixels
                  + (line * strides.vertical * lines.padding.width + pixel * strides.horizontal)
                  * channels
                product.c =
                  results + (line * lines.pixels + pixel) * output[3] + group * groupOutputs
                  + panel * weights.panel
                kernels.table.pointee.product(&product, block.pixels.count)
              }
            }
          }
        }
      }
    }
  }

  /// Pixels of the output that one thread makes, panel by panel: whole lines, or a part of one.
  private struct Block {
    let lines: Range<Int>
    let pixels: Range<Int>
  }

  /// All pixels of the output in blocks of at most about `limit` pixels: whole lines or, of a single line, parts of whole
  /// products of `rows` pixels. Their count is a multiple of `multiple` where there are pixels enough.
  private static func blocks(
    lines: Int, pixels: Int, limit: Int, rows: Int, multiple: Int
  ) -> [Block] {
    if lines == 1 {
      let products = (pixels + rows - 1) / rows
      return Split(products, limit: max(1, limit / rows), multiple: multiple).map {
        Block(
          lines: 0..<1, pixels: $0.lowerBound * rows..<min($0.upperBound * rows, pixels))
      }
    }
    return Split(lines, limit: max(1, limit / pixels), multiple: multiple).map {
      Block(lines: $0, pixels: 0..<pixels)
    }
  }
}

/// The zeros around a convolution's input that its windows reach into, so that no window needs to know of the sides.
struct InputPadding: Sendable {
  private let input: Shape
  /// Rows of zeros above the input.
  private let top: Int
  /// Pixels of zeros left of the input.
  private let left: Int
  /// Rows of the padded input.
  private let height: Int
  /// Pixels in a row of the padded input.
  let width: Int

  init(_ window: Window, input: Shape, output: Shape) {
    let geometry = WindowGeometry(window, input: input, output: output)
    self.input = input
    top = geometry.top
    left = geometry.left
    height = max(
      (output[1] - 1) * window.strides.vertical + window.rows.reach, input[1] + top)
    width = max(
      (output[2] - 1) * window.strides.horizontal + window.columns.reach, input[2] + left)
  }

  /// Whether no window reaches beyond the input, so that it is read where it lies.
  var isEmpty: Bool { height == input[1] && width == input[2] }

  /// Calls `body` with where the padded input lies, (height, width, channels), valid until it returns.
  func withPadded<Result>(
    _ tensor: Tensor, _ body: (UnsafePointer<Float>) -> Result
  ) -> Result {
    tensor.withUnsafeElements { elements in
      guard let source = elements.baseAddress, !isEmpty else {
        return withScratch(16) { body(elements.baseAddress ?? UnsafePointer($0)) }
      }
      let channels = input[3]
      return withScratch(height * width * channels) { padded in
        parallel(over: height) { row in
          let line = padded + row * width * channels
          let y = row - top
          guard y >= 0, y < input[1] else {
            line.initialize(repeating: 0, count: width * channels)
            return
          }
          let inside = input[2] * channels
          line.initialize(repeating: 0, count: left * channels)
          (line + left * channels).initialize(from: source + y * inside, count: inside)
          (line + left * channels + inside)
            .initialize(repeating: 0, count: (width - left - input[2]) * channels)
        }
        return body(padded)
      }
    }
  }
}
