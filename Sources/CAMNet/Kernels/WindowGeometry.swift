/// Where the pixels under a window lie in its input, for one size of input and output. A tap is a place in the window.
struct WindowGeometry {
  let window: Window
  let inputHeight: Int
  let inputWidth: Int
  /// Rows of padding above the input.
  let top: Int
  /// Columns of padding left of the input.
  let left: Int

  /// - Precondition: the shapes are those that `window` infers.
  init(_ window: Window, input: Shape, output: Shape) {
    self.window = window
    inputHeight = input[1]
    inputWidth = input[2]
    top = (try? window.vertical(input[1]).before) ?? 0
    left = (try? window.horizontal(input[2]).before) ?? 0
  }

  /// Calls `body(tap, pixel)` for each tap of the window of one output pixel that lies inside the input: the taps are numbered
  /// row by row, and so are the input's pixels.
  func forEachTap(row: Int, column: Int, _ body: (_ tap: Int, _ pixel: Int) -> Void) {
    for kernelRow in 0..<window.height {
      let y = row * window.strides.vertical - top + kernelRow * window.dilations.vertical
      guard y >= 0, y < inputHeight else { continue }
      for kernelColumn in 0..<window.width {
        let x =
          column * window.strides.horizontal - left + kernelColumn * window.dilations.horizontal
        guard x >= 0, x < inputWidth else { continue }
        body(kernelRow * window.width + kernelColumn, y * inputWidth + x)
      }
    }
  }
}
