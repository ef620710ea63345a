/// A window's taps in flat pixel coordinates, for one input and output size.
struct WindowGeometry {
  let window: Window
  let inputHeight: Int
  let inputWidth: Int
  let top: Int
  let left: Int

  /// - Precondition: the shapes are those that `window` infers.
  init(_ window: Window, input: Shape, output: Shape) {
    self.window = window
    inputHeight = input[1]
    inputWidth = input[2]
    top = (try? window.vertical(input[1]).before) ?? 0
    left = (try? window.horizontal(input[2]).before) ?? 0
  }

  /// Calls `body(tap, pixel)` for each of the window's taps that lies inside the input.
  func forEachTap(row: Int, column: Int, _ body: (_ tap: Int, _ pixel: Int) -> Void) {
    for kernelRow in 0..<window.height {
      let y = row * window.stride - top + kernelRow * window.dilation
      guard y >= 0, y < inputHeight else { continue }
      for kernelColumn in 0..<window.width {
        let x = column * window.stride - left + kernelColumn * window.dilation
        guard x >= 0, x < inputWidth else { continue }
        body(kernelRow * window.width + kernelColumn, y * inputWidth + x)
      }
    }
  }
}
