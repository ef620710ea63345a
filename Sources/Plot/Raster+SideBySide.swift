extension Raster {
  /// Pictures of one size in rows on a dark ground, each of their pixels a square as large as lets a picture fill `edge`.
  /// - Precondition: there is a picture, and all are of one size.
  public init(sideBySide pictures: [Raster], columns: Int, edge: Int) {
    let (gap, ground) = (4, UInt8(20))
    let first = pictures[0]
    let factor = max(edge / max(first.width, first.height), 1)
    let (width, height) = (first.width * factor, first.height * factor)
    let rows = (pictures.count + columns - 1) / columns
    let wholeWidth = min(columns, pictures.count) * (width + gap) + gap
    let wholeHeight = rows * (height + gap) + gap
    var pixels = [UInt8](repeating: ground, count: wholeWidth * wholeHeight * 3)
    for (index, picture) in pictures.enumerated() {
      precondition(picture.width == first.width && picture.height == first.height)
      let left = index % columns * (width + gap) + gap
      let top = index / columns * (height + gap) + gap
      for row in 0..<height {
        for column in 0..<width {
          let source = (row / factor * first.width + column / factor) * 3
          let target = ((top + row) * wholeWidth + left + column) * 3
          for channel in 0..<3 { pixels[target + channel] = picture.pixels[source + channel] }
        }
      }
    }
    self.init(width: wholeWidth, height: wholeHeight, pixels: pixels)
  }
}
