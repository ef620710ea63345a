import CAMNet
import Glibc

/// A picture's coarse colours as numbers that are compared fast: 8 × 8 places of three colours under an orthonormal cosine transform, the
/// lowest frequencies first. The squared distance of the first numbers is never more than that of all, so most pairs are told apart
/// by few. A mirror image has the same numbers, those of odd frequencies across with the other sign.
struct PictureSketch {
  /// The numbers of even frequencies across and of odd ones, eight at a time.
  private let even: [SIMD8<Float>]
  private let odd: [SIMD8<Float>]
  /// √192 times the mean of all values, and Σ (value − mean)².
  private let level: Float
  private let spread: Float
  /// The colours of the 8 × 8 places, row by row.
  let colors: Colors

  init(_ picture: RGBImage) {
    let small = picture.resized(width: 8, height: 8, filter: .bilinear)
    colors = small.colors
    var entries: [(frequency: Int, isOdd: Bool, value: Float)] = []
    for (color, mix) in Self.mixes.enumerated() {
      let plane = (0..<64).map { place in
        (0..<3).reduce(Float(0)) { $0 + mix[$1] * Float(small.pixels[place * 3 + $1]) }
      }
      for row in 0..<8 {
        for column in 0..<8 {
          var value: Float = 0
          for place in 0..<64 {
            value +=
              plane[place] * Self.cosines[row * 8 + place / 8]
              * Self.cosines[column * 8 + place % 8]
          }
          // Colours vary less than greys do.
          entries.append((row + column + (color == 0 ? 0 : 4), column % 2 == 1, value))
        }
      }
    }
    level = entries[0].value
    spread = entries.dropFirst().reduce(0) { $0 + $1.value * $1.value }
    entries.sort { ($0.frequency, $0.isOdd ? 1 : 0) < ($1.frequency, $1.isOdd ? 1 : 0) }
    even = Self.vectors(entries.filter { !$0.isOdd }.map(\.value))
    odd = Self.vectors(entries.filter(\.isOdd).map(\.value))
  }

  /// The colours of the mirror image.
  var mirroredColors: Colors {
    (0..<64).map { colors[$0 / 8 * 8 + 7 - $0 % 8] }
  }

  /// Whether the other picture's mirror image is nearer than the picture itself; nil where both have less ``Concordance`` than `least`.
  func isMirrored(_ other: PictureSketch, least: Float) -> Bool? {
    let apart = level - other.level
    let allowed = (1 - least) * (spread + other.spread + apart * apart)
    var (same, plain, mirrored) = (Float(0), Float(0), Float(0))
    for index in even.indices {
      let (difference, odds) = (even[index] - other.even[index], odd[index] - other.odd[index])
      let sums = odd[index] + other.odd[index]
      same += (difference * difference).sum()
      plain += (odds * odds).sum()
      mirrored += (sums * sums).sum()
      if same + min(plain, mirrored) > allowed { return nil }
    }
    guard allowed > 0 else { return nil }
    return mirrored < plain
  }

  /// Grey, and two differences of colours, each of length 1.
  private static let mixes: [[Float]] = [
    [1, 1, 1].map { $0 / Float(3).squareRoot() }, [1, 0, -1].map { $0 / Float(2).squareRoot() },
    [1, -2, 1].map { $0 / Float(6).squareRoot() },
  ]

  /// The cosine transform's functions of 8 places, of length 1, by frequency.
  private static let cosines: [Float] = (0..<64).map { index in
    let (frequency, place) = (Double(index / 8), Double(index % 8))
    let length = frequency == 0 ? 0.125.squareRoot() : 0.5
    return Float(length * cos(.pi / 8 * (place + 0.5) * frequency))
  }

  private static func vectors(_ values: [Float]) -> [SIMD8<Float>] {
    stride(from: 0, to: values.count, by: 8).map { start in
      SIMD8(values[start..<start + 8])
    }
  }
}
