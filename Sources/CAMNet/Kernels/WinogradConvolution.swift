import Kernels

/// A 3×3 convolution of stride 1 by Winograd's F(4×4, 3×3): Lavin and Gray, CVPR 2016.
///
/// Tiles of 6×6 input pixels and the kernels are transformed; at each of the 36 positions of a tile the output is then a
/// matrix product over channels, and 4×4 output pixels are transformed back: 36 multiplications in the place of 144.
struct WinogradConvolution: PreparedLayer {
  private let input: Shape
  private let output: Shape
  private let kernels: KernelSet
  private let range: ClosedRange<Float>
  private let padding: (top: Int, left: Int)
  /// panels · 36 positions · channels · panel values.
  private let weights: Tensor
  private let shift: Tensor
  private let panels: Int

  static let positions = 36
  let algorithm = "winograd_4x4"

  init(
    _ convolution: Convolution, kernel: Parameter, outputs: Range<Int>, affine: ChannelAffine,
    input: Shape, output: Shape, kernels: KernelSet
  ) {
    self.input = input
    self.output = output
    self.kernels = kernels
    range = affine.range
    let geometry = WindowGeometry(convolution.window, input: input, output: output)
    padding = (geometry.top, geometry.left)
    let channels = input[3]
    let panel = kernels.panel
    let panels = (outputs.count + panel - 1) / panel
    self.panels = panels
    shift = affine.paddedShift(to: panels * panel)
    let reader = KernelReader(kernel)
    weights = Tensor(shape: [panels, Self.positions, channels, panel]) { target in
      guard let target = target.baseAddress else { return }
      reader.withColumns { columns in
        parallel(over: panels) { index in
          let first = outputs.lowerBound + index * panel
          let base = target + index * Self.positions * channels * panel
          withScratch(9 * channels * panel) { packed in
            columns.pack(
              first..<min(first + panel, outputs.upperBound), rows: 9 * channels, panel: panel,
              scale: affine.scale, from: outputs.lowerBound, into: packed)
            for channel in 0..<channels {
              kernels.table.pointee.winograd_weights(
                packed + channel * panel, channels * panel, base + channel * panel,
                channels * panel, panel)
            }
          }
        }
      }
    }
  }

  private var tiles: (rows: Int, columns: Int) { ((output[1] + 3) / 4, (output[2] + 3) / 4) }

  /// From one tile's channels to the next's: rows a multiple of 4 kB apart would fight for the same lines of the cache.
  private var rowLength: Int {
    let vectors = (input[3] + 15) / 16 * 16
    return vectors % 256 == 0 ? vectors + 16 : vectors
  }

  func run(_ inputs: [Tensor]) -> Tensor {
    let count = tiles.rows * tiles.columns
    // Transformed input that fits into the cache that the cores share is made at once, so that each panel of weights is
    // read by one core only; where there is more of it, each core goes through blocks of tiles of its own.
    let whole = Self.positions * count * rowLength
    return Tensor(shape: output) { destination in
      inputs[0].withUnsafeElements { source in
        guard let pixels = source.baseAddress, let results = destination.baseAddress else { return }
        if whole <= 2 << 20 {
          withScratch(whole) { transformed in
            parallel(over: tiles.rows) { row in
              let first = row * tiles.columns
              transform(
                first..<first + tiles.columns, pixels,
                into: transformed + first * rowLength, positionLength: count * rowLength)
            }
            parallel(over: panels) { panel in
              multiply(
                0..<count, panels: panel..<panel + 1, transformed,
                positionLength: count * rowLength, results)
            }
          }
          return
        }
        let limit = max(kernels.rows, 262_144 / (Self.positions * rowLength))
        let blocks = Split(count, limit: (limit + kernels.rows - 1) / kernels.rows * kernels.rows)
          .map { $0 }
        parallel(over: blocks.count) { index in
          let block = blocks[index]
          let length = block.count * rowLength
          withScratch(Self.positions * length) { transformed in
            transform(block, pixels, into: transformed, positionLength: length)
            multiply(block, panels: 0..<panels, transformed, positionLength: length, results)
          }
        }
      }
    }
  }

  /// Transforms the input of some tiles.
  private func transform(
    _ range: Range<Int>, _ pixels: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>,
    positionLength: Int
  ) {
    let (height, width, channels) = (input[1], input[2], input[3])
    withScratch(Self.positions * channels) { patch in
      for (index, tile) in range.enumerated() {
        let y = tile / tiles.columns * 4 - padding.top
        let x = tile % tiles.columns * 4 - padding.left
        let out = target + index * rowLength
        if y >= 0, x >= 0, y + 6 <= height, x + 6 <= width {
          kernels.table.pointee.winograd_input(
            pixels + (y * width + x) * channels, width * channels, channels, out, positionLength,
            channels)
          continue
        }
        // At the edges zeros stand for what is outside.
        patch.initialize(repeating: 0, count: Self.positions * channels)
        let columns = max(x, 0)..<max(min(x + 6, width), max(x, 0))
        for row in max(y, 0)..<max(min(y + 6, height), max(y, 0)) {
          (patch + ((row - y) * 6 + columns.lowerBound - x) * channels).update(
            from: pixels + (row * width + columns.lowerBound) * channels,
            count: columns.count * channels)
        }
        kernels.table.pointee.winograd_input(
          patch, 6 * channels, channels, out, positionLength, channels)
      }
    }
  }

  /// Products at all positions for some tiles and panels of outputs, transformed back.
  private func multiply(
    _ tileRange: Range<Int>, panels: Range<Int>, _ transformed: UnsafePointer<Float>,
    positionLength: Int, _ results: UnsafeMutablePointer<Float>
  ) {
    let channels = input[3]
    let panelWidth = kernels.panel
    let sumsLength = tileRange.count * panelWidth
    let outputs = output[3]
    let tap = [0]
    weights.withUnsafeElements { weights in
      shift.withUnsafeElements { shift in
        tap.withUnsafeBufferPointer { tap in
          withScratch(Self.positions * sumsLength) { sums in
            guard let weights = weights.baseAddress, let shift = shift.baseAddress else { return }
            var product = camreport_product(
              a: transformed, a_row: rowLength, taps: tap.baseAddress, tap_count: 1,
              depth: channels, b: weights, c: sums, c_row: panelWidth, columns: panelWidth,
              shift: nil, low: -.infinity, high: .infinity)
            for panel in panels {
              for position in 0..<Self.positions {
                product.b =
                  weights + (panel * Self.positions + position) * channels * panelWidth
                for rows in Split(tileRange.count, limit: kernels.rows) {
                  product.a =
                    transformed + position * positionLength + rows.lowerBound * rowLength
                  product.c = sums + position * sumsLength + rows.lowerBound * panelWidth
                  kernels.table.pointee.product(&product, rows.count)
                }
              }
              for (index, tile) in tileRange.enumerated() {
                let y = tile / tiles.columns * 4
                let x = tile % tiles.columns * 4
                kernels.table.pointee.winograd_output(
                  sums + index * panelWidth, sumsLength,
                  results + (y * output[2] + x) * outputs + panel * panelWidth,
                  output[2] * outputs, outputs, min(4, output[1] - y), min(4, output[2] - x),
                  shift + panel * panelWidth, range.lowerBound, range.upperBound,
                  min(panelWidth, outputs - panel * panelWidth))
              }
            }
          }
        }
      }
    }
  }
}
