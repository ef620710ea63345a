extension Raster {
  /// Pictures of one size in rows on a dark ground, each of their pixels a square as large as lets a picture fill `edge`.
  /// - Parameter bars: what the pictures' colours stand for, below each; empty for no bars.
  /// - Precondition: there is a picture, all are of one size, and there are as many bars or none.
  public init(sideBySide pictures: [Raster], columns: Int, edge: Int, bars: [ColorBar] = []) {
    let (gap, ground) = (4, UInt8(20))
    let first = pictures[0]
    precondition(pictures.allSatisfy { $0.width == first.width && $0.height == first.height })
    precondition(bars.isEmpty || bars.count == pictures.count)
    let factor = max(edge / max(first.width, first.height), 1)
    let (width, height) = (first.width * factor, first.height * factor)
    let cell = (
      width: bars.isEmpty ? width : max(width, ColorBar.narrowest),
      height: height + (bars.isEmpty ? 0 : ColorBar.pixelHeight)
    )
    let rows = (pictures.count + columns - 1) / columns
    let wholeWidth = min(columns, pictures.count) * (cell.width + gap) + gap
    let wholeHeight = rows * (cell.height + gap) + gap
    var pixels = [UInt8](repeating: ground, count: wholeWidth * wholeHeight * 3)
    for (index, picture) in pictures.enumerated() {
      let left = index % columns * (cell.width + gap) + gap
      let top = index / columns * (cell.height + gap) + gap
      for row in 0..<height {
        for column in 0..<width {
          let source = (row / factor * first.width + column / factor) * 3
          let target = ((top + row) * wholeWidth + left + column) * 3
          for channel in 0..<3 { pixels[target + channel] = picture.pixels[source + channel] }
        }
      }
      guard !bars.isEmpty else { continue }
      bars[index].paint(width: cell.width) { x, y, color in
        let target = ((top + height + y) * wholeWidth + left + x) * 3
        (pixels[target], pixels[target + 1], pixels[target + 2]) = color
      }
    }
    self.init(width: wholeWidth, height: wholeHeight, pixels: pixels)
  }
}
