import Kernels

/// How Winograd's F(4×4, 3×3) and F(6×6, 3×3) divide a convolution's output into tiles, and what the tiles see of the input.
struct WinogradTiles {
  private let input: Shape
  private let output: Shape
  /// Rows above and columns left of the input that windows reach into.
  private let padding: (top: Int, left: Int)
  /// How many pixels the side of a tile of the output has: 4 or 6.
  let tile: Int
  let transforms: camreport_winograd

  init(
    _ convolution: Convolution, input: Shape, output: Shape, tile: Int, kernels: KernelSet
  ) {
    self.input = input
    self.output = output
    self.tile = tile
    transforms = tile == 4 ? kernels.table.pointee.winograd4 : kernels.table.pointee.winograd6
    let geometry = WindowGeometry(convolution.window, input: input, output: output)
    padding = (geometry.top, geometry.left)
  }

  /// How many tiles the output has from top to bottom.
  var rows: Int { (output[1] + tile - 1) / tile }
  /// How many tiles the output has from left to right.
  var columns: Int { (output[2] + tile - 1) / tile }
  var count: Int { rows * columns }
  /// How many pixels the side of what a tile sees of the input has.
  private var side: Int { tile + 2 }
  /// How many values a transformed tile has in each channel, and so how many products are made: 36 or 64.
  var positions: Int { side * side }

  // Values whose distance is a multiple of 4 kB would fight for the same lines of the cache: hence 16 floats more here and
  // there.

  /// Floats from one tile's channels to the next tile's, in the transformed input.
  var rowLength: Int {
    let vectors = (input[3] + 15) / 16 * 16
    return vectors % 256 == 0 ? vectors + 16 : vectors
  }
  /// Floats from one position to the next in the transformed input of so many tiles.
  func positionLength(count: Int) -> Int { count * rowLength + 16 }

  /// Transforms the input of the tiles `range` into (positions, tiles, channels).
  func transform(
    _ range: Range<Int>, _ pixels: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>,
    positionLength: Int
  ) {
    let (height, width, channels) = (input[1], input[2], input[3])
    withScratch(positions * channels) { patch in
      for (index, number) in range.enumerated() {
        let y = number / columns * tile - padding.top
        let x = number % columns * tile - padding.left
        let out = target + index * rowLength
        if y >= 0, x >= 0, y + side <= height, x + side <= width {
          transforms.input(
            pixels + (y * width + x) * channels, width * channels, channels, out, positionLength,
            channels)
          continue
        }
        // A tile that sees beyond the input's edges is copied first, with zeros for what is outside.
        patch.initialize(repeating: 0, count: positions * channels)
        let columns = max(x, 0)..<max(min(x + side, width), max(x, 0))
        for row in max(y, 0)..<max(min(y + side, height), max(y, 0)) {
          (patch + ((row - y) * side + columns.lowerBound - x) * channels).update(
            from: pixels + (row * width + columns.lowerBound) * channels,
            count: columns.count * channels)
        }
        transforms.input(
          patch, side * channels, channels, out, positionLength, channels)
      }
    }
  }

  /// Calls `body` with the first pixel of each of the tiles `range` in the output, and how many pixels of it the tile has.
  func forEachPlace(
    _ range: Range<Int>, _ body: (_ index: Int, _ pixel: Int, _ height: Int, _ width: Int) -> Void
  ) {
    for (index, number) in range.enumerated() {
      let y = number / columns * tile
      let x = number % columns * tile
      body(index, y * output[2] + x, min(tile, output[1] - y), min(tile, output[2] - x))
    }
  }
}
