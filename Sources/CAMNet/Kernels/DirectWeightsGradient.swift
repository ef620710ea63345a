import Kernels

/// The gradient of a convolution's weights as outer products of what a tap sees and the gradient, place after place; no window
/// is copied.
///
/// All places of a line that a tap sees are one stride apart, and the taps of a window's row are neighbours, as they are in the
/// kernel: their channels are the rows of one product.
struct DirectWeightsGradient {
  private let convolution: Convolution
  private let input: Shape
  private let output: Shape
  private let kernels: KernelSet
  private let lines: WindowLines

  init(_ convolution: Convolution, input: Shape, output: Shape, kernels: KernelSet) {
    self.convolution = convolution
    self.input = input
    self.output = output
    self.kernels = kernels
    lines = WindowLines(convolution, input: input, output: output)
  }

  func run(_ input: Tensor, _ gradient: Tensor) -> Tensor {
    let window = convolution.window
    let groupInputs = self.input[3] / convolution.groups
    let groupOutputs = output[3] / convolution.groups
    let blocks = WeightsBlock.blocks(
      groups: convolution.groups, groupOutputs: groupOutputs, rows: lines.depth,
      limit: 8 * kernels.rows,
      panel: kernels.panel)
    return Tensor(
      shape: [window.height, window.width, groupInputs, output[3]]
    ) { destination in
      lines.padding.withPadded(input) { pixels in
        withPanels(gradient) { panels in
          parallel(over: blocks.count * lines.taps.count) { index in
            guard let target = destination.baseAddress else { return }
            let block = blocks[index / lines.taps.count]
            let tap = index % lines.taps.count
            run(
              block, pixels + lines.taps[tap] + block.group * groupInputs,
              panels + block.panel * output[1] * output[2] * kernels.panel,
              target + tap * lines.depth * output[3])
          }
        }
      }
    }
  }

  /// Makes a block of a tap's rows, of neighbouring taps' where they are made together, by pieces whose input stays in the cache.
  private func run(
    _ block: WeightsBlock, _ pixels: UnsafePointer<Float>, _ panel: UnsafePointer<Float>,
    _ target: UnsafeMutablePointer<Float>
  ) {
    let (strides, channels) = (convolution.window.strides, input[3])
    let limit = max(1, 131_072 / (channels + kernels.panel))
    let pieces =
      lines.count == 1
      ? Split(lines.pixels, limit: limit) : Split(lines.count, limit: max(1, limit / lines.pixels))
    let line = lines.padding.width * strides.vertical * channels
    let step = strides.horizontal * channels
    let offsets = (0..<(lines.count == 1 ? 1 : pieces.map(\.count).max() ?? 1)).map { $0 * line }
    offsets.withUnsafeBufferPointer { offsets in
      for part in pieces {
        let isLine = lines.count == 1
        let first = isLine ? part.lowerBound : part.lowerBound * lines.pixels
        var product = camreport_outer(
          a: pixels + part.lowerBound * (isLine ? step : line)
            + block.rows.lowerBound,
          a_step: step, pieces: offsets.baseAddress,
          piece_count: isLine ? 1 : part.count, depth: isLine ? part.count : lines.pixels,
          b: panel + first * kernels.panel,
          c: target + block.rows.lowerBound * output[3] + block.output, c_row: output[3],
          columns: block.columns, adds: part.lowerBound > 0)
        kernels.table.pointee.outer(&product, block.rows.count)
      }
    }
  }

  /// Calls `body` with the gradient in panels of neighbouring outputs: (groups · panels, places, panel), zeros past the outputs.
  private func withPanels(_ gradient: Tensor, _ body: (UnsafePointer<Float>) -> Void) {
    let (width, channels) = (kernels.panel, output[3])
    let groupOutputs = channels / convolution.groups
    let panels = (groupOutputs + width - 1) / width
    let places = output[1] * output[2]
    gradient.withUnsafeElements { source in
      guard let source = source.baseAddress else { return }
      if convolution.groups == 1 && channels == width {
        body(source)
        return
      }
      withScratch(convolution.groups * panels * places * width) { target in
        parallel(over: Split(places, limit: 1024)) { part in
          for group in 0..<convolution.groups {
            for panel in 0..<panels {
              let columns = min(width, groupOutputs - panel * width)
              let first = source + group * groupOutputs + panel * width
              let into = target + (group * panels + panel) * places * width
              var packing = camreport_packing(
                in: first + part.lowerBound * channels, group: 0, groups: 1, row: channels,
                rows: part.count, columns: columns, scale: nil, panel: width)
              kernels.table.pointee.pack(&packing, into + part.lowerBound * width)
            }
          }
        }
        body(target)
      }
    }
  }
}
