import Kernels

/// The gradient of a 3×3 convolution's weights by Winograd's F(4×4, 3×3) or F(6×6, 3×3), transposed: Gᵀ[Σ (A y Aᵀ) ⊙ (Bᵀ x B)]G, the
/// sum over all tiles of a tile's gradient y and of what it sees of the input, x.
///
/// At each position of a tile the sum is an outer product over tiles. The transform of the sums comes once, behind all tiles.
struct WinogradWeightsGradient {
  private let input: Shape
  private let output: Shape
  private let kernels: KernelSet
  private let tiles: WinogradTiles
  private let blocks: [WeightsBlock]

  /// How many tiles are summed before the next are transformed: so many stay in the caches.
  private static let tileLimit = 256
  /// How many input channels a thread makes the sums of at once.
  private static let rowLimit = 64

  init(
    _ convolution: Convolution, input: Shape, output: Shape, tile: Int, kernels: KernelSet
  ) {
    self.input = input
    self.output = output
    self.kernels = kernels
    tiles = WinogradTiles(convolution, input: input, output: output, tile: tile, kernels: kernels)
    blocks = WeightsBlock.blocks(
      groups: 1, groupOutputs: output[3], rows: input[3], limit: Self.rowLimit,
      panel: kernels.panel)
  }

  private var panels: Int { (output[3] + kernels.panel - 1) / kernels.panel }
  /// Floats from one position to the next in a panel of the transformed gradient of so many tiles.
  private func panelLength(_ count: Int) -> Int { count * kernels.panel + 16 }
  /// Floats from one position to the next in a block's sums.
  private var sumsLength: Int { Self.rowLimit * kernels.panel + 16 }

  func run(_ input: Tensor, _ gradient: Tensor) -> Tensor {
    let parts = Split(tiles.count, limit: Self.tileLimit)
    // Where all tiles are summed at once, each thread transforms a block's sums while they are in its cache.
    let kept = parts.count > 1 ? blocks.count * tiles.positions * sumsLength : 0
    let largest = parts.map(\.count).max() ?? 0
    return Tensor(shape: [3, 3, self.input[3], output[3]]) { destination in
      input.withUnsafeElements { input in
        gradient.withUnsafeElements { gradient in
          withScratch(tiles.positions * tiles.positionLength(count: largest)) { seen in
            withScratch(panels * tiles.positions * panelLength(largest)) { given in
              withScratch(kept) { sums in
                guard let input = input.baseAddress, let gradient = gradient.baseAddress,
                  let target = destination.baseAddress
                else { return }
                for (index, part) in parts.enumerated() {
                  transform(part, input, into: seen)
                  transform(part, gradient, panelsInto: given)
                  parallel(over: blocks.count) { number in
                    let block = blocks[number]
                    if parts.count == 1 {
                      withScratch(tiles.positions * sumsLength) { sums in
                        multiply(block, part.count, seen, given, adds: false, into: sums)
                        finish(block, sums, target)
                      }
                      return
                    }
                    let own = sums + number * tiles.positions * sumsLength
                    multiply(block, part.count, seen, given, adds: index > 0, into: own)
                    if index == parts.count - 1 { finish(block, own, target) }
                  }
                }
              }
            }
          }
        }
      }
    }
  }

  /// Transforms what some tiles see of the input, (positions, tiles, channels).
  private func transform(
    _ part: Range<Int>, _ input: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>
  ) {
    let length = tiles.positionLength(count: part.count)
    parallel(over: Split(part.count, limit: 8)) { some in
      tiles.transform(
        part.lowerBound + some.lowerBound..<part.lowerBound + some.upperBound, input,
        into: target + some.lowerBound * tiles.rowLength, positionLength: length)
    }
  }

  /// Transforms the gradient of some tiles, (panels, positions, tiles, panel).
  private func transform(
    _ part: Range<Int>, _ gradient: UnsafePointer<Float>,
    panelsInto target: UnsafeMutablePointer<Float>
  ) {
    let (width, channels) = (kernels.panel, output[3])
    let length = panelLength(part.count)
    parallel(over: Split(part.count, limit: 8)) { some in
      tiles.forEachPlace(
        part.lowerBound + some.lowerBound..<part.lowerBound + some.upperBound
      ) { index, pixel, height, rest in
        for panel in 0..<panels {
          tiles.transforms.gradient(
            gradient + pixel * channels + panel * width, output[2] * channels, channels, height,
            rest,
            target + panel * tiles.positions * length + (some.lowerBound + index) * width, length,
            channels - panel * width)
        }
      }
    }
  }

  /// Makes the sums of a block over some tiles at all positions, (positions, rows, panel), or adds to them.
  private func multiply(
    _ block: WeightsBlock, _ count: Int, _ seen: UnsafePointer<Float>,
    _ given: UnsafePointer<Float>, adds: Bool, into sums: UnsafeMutablePointer<Float>
  ) {
    let (length, width) = (panelLength(count), kernels.panel)
    withUnsafePointer(to: 0) { piece in
      var product = camreport_outer(
        a: seen, a_step: tiles.rowLength, pieces: piece, piece_count: 1, depth: count, b: given,
        c: sums, c_row: width, columns: width, adds: adds)
      for position in 0..<tiles.positions {
        product.a =
          seen + position * tiles.positionLength(count: count) + block.rows.lowerBound
        product.b = given + (block.panel * tiles.positions + position) * length
        product.c = sums + position * sumsLength
        kernels.table.pointee.outer(&product, block.rows.count)
      }
    }
  }

  /// Transforms a block's sums into the weights' gradients.
  private func finish(
    _ block: WeightsBlock, _ sums: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>
  ) {
    tiles.transforms.taps(
      sums, sumsLength, block.rows.count,
      target + block.rows.lowerBound * output[3] + block.output, input[3] * output[3], output[3],
      block.columns)
  }
}
