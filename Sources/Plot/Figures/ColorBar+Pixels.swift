// A bar below pictures that a notebook makes again, pixel by pixel. No font is the same everywhere, so its values are written in
// letters of its own, which `notebook.py` has too.

extension ColorBar {
  /// How many pixels the bar takes below a picture.
  static let pixelHeight = 28
  /// How many pixels it is wide at least, so that its two values have room.
  static let narrowest = 176

  /// Colours the bar's pixels, those of its ground left out, from the top left.
  func paint(
    width: Int, set: (_ x: Int, _ y: Int, (red: UInt8, green: UInt8, blue: UInt8)) -> Void
  ) {
    for x in 0..<width {
      let color = colormap.color(at: UInt8(x * 255 / (width - 1)))
      for y in 4..<12 { set(x, y, color) }
    }
    for (text, isLast) in [(low, false), (high, true)] {
      let left = isLast ? width - 4 - (text.count * 8 - 2) : 4
      for (index, letter) in text.enumerated() {
        for (row, bits) in (Self.letters[letter] ?? []).enumerated() {
          for square in 0..<6 where bits >> (2 - square / 2) & 1 == 1 {
            let x = left + index * 8 + square
            guard (0..<width).contains(x) else { continue }
            for y in 0..<2 { set(x, 16 + row * 2 + y, (200, 200, 200)) }
          }
        }
      }
    }
  }

  /// Letters of 3 × 5 squares: a number for each row, a bit for each square.
  private static let letters: [Character: [UInt8]] = [
    "0": [7, 5, 5, 5, 7], "1": [2, 6, 2, 2, 7], "2": [7, 1, 7, 4, 7], "3": [7, 1, 7, 1, 7],
    "4": [5, 5, 7, 1, 1], "5": [7, 4, 7, 1, 7], "6": [7, 4, 7, 5, 7], "7": [7, 1, 1, 1, 1],
    "8": [7, 5, 7, 5, 7], "9": [7, 5, 7, 1, 7], ".": [0, 0, 0, 0, 2], "e": [7, 4, 6, 4, 7],
    "+": [0, 2, 7, 2, 0], "−": [0, 0, 7, 0, 0],
  ]
}
