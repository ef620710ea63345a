import Kernels

/// A 3×3 convolution of stride 1 by Winograd's F(4×4, 3×3) or F(6×6, 3×3): Lavin and Gray, CVPR 2016.
///
/// Tiles of 6×6 input pixels and the kernels are transformed; at each of the 36 positions of a tile the output is then a
/// matrix product over channels, and 4×4 output pixels are transformed back: 36 multiplications in the place of 144. Tiles
/// of 8×8 give 6×6 pixels with 64 multiplications in the place of 324.
///
/// Transformed kernels are four times the size of what they are made from. Kept for the next photo they save a tenth of the
/// time; for one photo they are made piece by piece in the cache, since writing them to memory takes longer than all else.
struct WinogradConvolution: PreparedLayer {
  private let input: Shape
  private let output: Shape
  /// The output channels of the kernel that are used.
  private let outputs: Range<Int>
  private let kernels: KernelSet
  /// The range that the activation cuts values to.
  private let range: ClosedRange<Float>
  private let tiles: WinogradTiles
  private let kernel: KernelReader
  /// Normalization's factor for each output channel; nil where all are 1.
  private let scale: [Float]?
  /// What is added to each output channel, zeros past the last: (panels · outputs of a panel,).
  private let shift: Tensor
  /// The transformed weights, (panels, positions, `weightsLength`); nil where they are made anew for each photo.
  private var kept: Tensor?

  let algorithm: LayerAlgorithm

  init(
    _ convolution: Convolution, kernel: KernelReader, outputs: Range<Int>, affine: ChannelAffine,
    input: Shape, output: Shape, tile: Int, _ options: ExecutionOptions
  ) {
    algorithm = tile == 4 ? .winograd4x4 : .winograd6x6
    kernels = options.kernels
    tiles = WinogradTiles(
      convolution, input: input, output: output, tile: tile, kernels: options.kernels)
    self.input = input
    self.output = output
    self.outputs = outputs
    self.kernel = kernel
    range = affine.range
    scale = affine.scale
    let panels = (outputs.count + kernels.panel - 1) / kernels.panel
    shift = affine.paddedShift(to: panels * kernels.panel)
    guard options.keptWeights == .all else { return }
    kept = Tensor(shape: [panels, positions, weightsLength]) { target in
      guard let target = target.baseAddress else { return }
      transformWeights(into: target)
    }
  }

  private var tile: Int { tiles.tile }
  private var positions: Int { tiles.positions }
  private var transforms: camreport_winograd { tiles.transforms }
  /// How many panels hold all outputs.
  private var panels: Int { shift.count / kernels.panel }
  /// Floats from one position to the next in a panel's transformed weights.
  private var weightsLength: Int { input[3] * kernels.panel + 16 }
  /// Floats from one panel's transformed weights to the next panel's.
  private var panelLength: Int { positions * weightsLength }
  /// Floats from one position to the next in a panel's sums of so many tiles.
  private func sumsLength(tiles: Int) -> Int { tiles * kernels.panel + 16 }

  func run(_ inputs: [Tensor]) -> Tensor {
    let count = tiles.count
    let whole = positions * tiles.positionLength(count: count)
    return Tensor(shape: output) { destination in
      inputs[0].withUnsafeElements { source in
        guard let pixels = source.baseAddress, let results = destination.baseAddress else { return }
        // Transformed input that fits into the cache that the cores share is made at once, so that each panel of weights is
        // read by one core only; where there is more of it, the cores divide the tiles, in blocks that fit into their own
        // caches.
        if whole <= 2 << 20 {
          runPanels(pixels, results)
        } else {
          runBlocks(pixels, results)
        }
      }
    }
  }

  /// Transforms all of the input, then has each thread make some panels of the outputs.
  private func runPanels(
    _ pixels: UnsafePointer<Float>, _ results: UnsafeMutablePointer<Float>
  ) {
    let count = tiles.count
    let length = tiles.positionLength(count: count)
    withScratch(positions * length) { transformed in
      parallel(over: tiles.rows) { row in
        let first = row * tiles.columns
        tiles.transform(
          first..<first + tiles.columns, pixels, into: transformed + first * tiles.rowLength,
          positionLength: length)
      }
      if let kept {
        let blocks = Split(count, limit: blockTiles(floats: 65_536, each: kernels.panel))
        kept.withUnsafeElements { weights in
          parallel(over: panels) { panel in
            guard let weights = weights.baseAddress else { return }
            for block in blocks {
              multiply(
                block, panel, weights + panel * panelLength,
                transformed + block.lowerBound * tiles.rowLength, positionLength: length, results)
            }
          }
        }
        return
      }
      kernel.withColumns { columns in
        parallel(over: panels) { panel in
          withScratch(panelLength + positions * sumsLength(tiles: count)) { weights in
            let sums = weights + panelLength
            // Input channels are taken 64 at a time, so that their transformed weights stay in the core's own cache.
            for part in Split(input[3], limit: 64) {
              transformWeights(panel, part, columns, into: weights)
              multiply(count, part, weights, transformed, positionLength: length, into: sums)
            }
            transformBack(0..<count, panel, sums, results)
          }
        }
      }
    }
  }

  /// Makes the output by blocks of tiles, with kept weights or with ones that are transformed for this run.
  private func runBlocks(
    _ pixels: UnsafePointer<Float>, _ results: UnsafeMutablePointer<Float>
  ) {
    if let kept {
      kept.withUnsafeElements { weights in
        guard let weights = weights.baseAddress else { return }
        runBlocks(pixels, weights: weights, results)
      }
    } else {
      withScratch(panels * panelLength) { weights in
        transformWeights(into: weights)
        runBlocks(pixels, weights: weights, results)
      }
    }
  }

  /// Has each thread make some blocks of tiles, in all outputs, from transformed weights.
  private func runBlocks(
    _ pixels: UnsafePointer<Float>, weights: UnsafePointer<Float>,
    _ results: UnsafeMutablePointer<Float>
  ) {
    let blocks = Split(
      tiles.count, limit: blockTiles(floats: 131_072, each: tiles.rowLength))
    parallel(over: blocks) { block in
      let length = tiles.positionLength(count: block.count)
      withScratch(positions * length) { transformed in
        tiles.transform(block, pixels, into: transformed, positionLength: length)
        for panel in 0..<panels {
          multiply(
            block, panel, weights + panel * panelLength, transformed, positionLength: length,
            results)
        }
      }
    }
  }

  /// How many tiles take about `floats` floats at all positions where a tile takes `each` at one: a multiple of the rows that a
  /// product makes at once.
  private func blockTiles(floats: Int, each: Int) -> Int {
    let limit = max(kernels.rows, floats / (positions * each))
    return limit / kernels.rows * kernels.rows
  }

  /// Transforms the weights of all input channels and outputs into (panels, positions, `weightsLength`).
  private func transformWeights(into target: UnsafeMutablePointer<Float>) {
    kernel.withColumns { columns in
      parallel(over: panels) { panel in
        transformWeights(panel, 0..<input[3], columns, into: target + panel * panelLength)
      }
    }
  }

  /// Transforms the weights of some input channels, `part`, and a panel of outputs into (positions, `weightsLength`).
  private func transformWeights(
    _ panel: Int, _ part: Range<Int>, _ columns: KernelReader.Columns,
    into target: UnsafeMutablePointer<Float>
  ) {
    let (channels, width) = (input[3], kernels.panel)
    let first = outputs.lowerBound + panel * width
    let range = first..<min(first + width, outputs.upperBound)
    withScratch(9 * part.count * width) { packed in
      columns.pack(
        range, rows: part, groups: 9, of: channels, panel: width, scale: scale,
        from: outputs.lowerBound, kernels, into: packed)
      transforms.weights(packed, part.count, target, weightsLength)
    }
  }

  /// Makes the pixels of the tiles `block` in a panel of outputs from transformed input and weights.
  private func multiply(
    _ block: Range<Int>, _ panel: Int, _ weights: UnsafePointer<Float>,
    _ transformed: UnsafePointer<Float>, positionLength: Int,
    _ results: UnsafeMutablePointer<Float>
  ) {
    withScratch(positions * sumsLength(tiles: block.count)) { sums in
      multiply(
        block.count, 0..<input[3], weights, transformed, positionLength: positionLength, into: sums)
      transformBack(block, panel, sums, results)
    }
  }

  /// Makes the sums of some tiles and a panel of outputs at all positions, over some input channels, `part`: the first channels
  /// begin the sums, later ones add to them.
  private func multiply(
    _ count: Int, _ part: Range<Int>, _ weights: UnsafePointer<Float>,
    _ transformed: UnsafePointer<Float>, positionLength: Int,
    into sums: UnsafeMutablePointer<Float>
  ) {
    let width = kernels.panel
    let sumsLength = sumsLength(tiles: count)
    withUnsafePointer(to: 0) { tap in
      var product = camreport_product(
        a: transformed, a_row: tiles.rowLength, taps: tap, tap_count: 1, depth: part.count,
        b: weights,
        c: sums, c_row: width, columns: width, shift: nil, adds: part.lowerBound > 0,
        low: -.infinity, high: .infinity)
      for position in 0..<positions {
        product.a = transformed + position * positionLength + part.lowerBound
        product.b = weights + position * weightsLength
        product.c = sums + position * sumsLength
        kernels.table.pointee.product(&product, count)
      }
    }
  }

  /// Transforms sums back into the pixels of the tiles `block`, in a panel of outputs.
  private func transformBack(
    _ block: Range<Int>, _ panel: Int, _ sums: UnsafePointer<Float>,
    _ results: UnsafeMutablePointer<Float>
  ) {
    let (width, channels) = (kernels.panel, output[3])
    shift.withUnsafeElements { shift in
      guard let shift = shift.baseAddress else { return }
      tiles.forEachPlace(block) { index, pixel, height, rest in
        transforms.output(
          sums + index * width, sumsLength(tiles: block.count),
          results + pixel * channels + panel * width, output[2] * channels, channels, height, rest,
          shift + panel * width, range.lowerBound, range.upperBound,
          min(width, channels - panel * width))
      }
    }
  }
}
