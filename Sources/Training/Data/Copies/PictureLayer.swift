import CAMNet

/// How one picture is laid over another: the place u on the other, from its middle and in parts of a side, lies at scale · u + shift on
/// this. A scale below 0 mirrors.
struct Placing {
  var scaleX: Double
  var shiftX = 0.0
  var scaleY = 1.0
  var shiftY = 0.0
}

/// A picture's colours, row by row: red, green, blue and 0.
typealias Colors = [SIMD4<Float>]

extension RGBImage {
  var colors: Colors {
    pixels.withUnsafeBufferPointer { pixels in
      Colors(unsafeUninitializedCapacity: width * height) { colors, count in
        for place in 0..<width * height {
          let (red, green, blue) = (pixels[place * 3], pixels[place * 3 + 1], pixels[place * 3 + 2])
          colors.initializeElement(at: place, to: SIMD4(Float(red), Float(green), Float(blue), 0))
        }
        count = width * height
      }
    }
  }
}

/// A picture laid over another of `side` × `side` pixels, each a mean over the part of the picture that it covers.
struct PictureLayer {
  let side: Int
  /// The colours, row by row; 0 where the picture does not reach.
  let pixels: Colors
  /// The columns and rows whose middles lie in the picture.
  let columns: Range<Int>
  let rows: Range<Int>

  /// - Parameter picture: of ``PhotoFingerprint/side`` pixels a side.
  init(_ picture: Colors, _ placing: Placing, side: Int) {
    self.side = side
    let across = Axis(placing.scaleX, placing.shiftX, side: side)
    let down = Axis(placing.scaleY, placing.shiftY, side: side)
    let (columns, rows) = (across.inside, down.inside)
    (self.columns, self.rows) = (columns, rows)
    let width = PhotoFingerprint.side
    let narrow = Colors(unsafeUninitializedCapacity: width * side) { narrow, count in
      narrow.initialize(repeating: SIMD4(repeating: 0))
      picture.withUnsafeBufferPointer { source in
        for row in 0..<width {
          for column in columns {
            var value = SIMD4<Float>(repeating: 0)
            let place = row * width + across.first[column]
            for tap in 0..<across.most {
              value += source[place + tap] * across.weights[column * across.most + tap]
            }
            narrow[row * side + column] = value
          }
        }
      }
      count = width * side
    }
    pixels = Colors(unsafeUninitializedCapacity: side * side) { pixels, count in
      pixels.initialize(repeating: SIMD4(repeating: 0))
      narrow.withUnsafeBufferPointer { narrow in
        for row in rows {
          for tap in 0..<down.most {
            let weight = down.weights[row * down.most + tap]
            let line = (down.first[row] + tap) * side
            for column in columns { pixels[row * side + column] += narrow[line + column] * weight }
          }
        }
      }
      count = side * side
    }
  }

  /// A pixel's colour without the mean of the 3 × 3 pixels around it.
  static func detail(_ pixels: Colors, _ row: Int, _ column: Int, side: Int) -> SIMD4<Float> {
    var sum = SIMD4<Float>(repeating: 0)
    for y in row - 1...row + 1 {
      for x in column - 1...column + 1 { sum += pixels[y * side + x] }
    }
    return pixels[row * side + column] - sum / 9
  }

  /// Which of the picture's pixels each pixel takes along one axis, weighed by a triangle.
  private struct Axis {
    /// For each pixel, the first that it takes, and `most` weights.
    var first: [Int] = []
    var weights: [Float] = []
    let most: Int
    let inside: Range<Int>

    init(_ scale: Double, _ shift: Double, side: Int) {
      let width = PhotoFingerprint.side
      let reach = max(abs(scale) * Double(width) / Double(side), 1)
      most = min(width, 2 * Int(reach.rounded(.up)) + 1)
      var (start, end) = (side, side)
      for pixel in 0..<side {
        let place = (Double(pixel) + 0.5) / Double(side) - 0.5
        let center = (scale * place + shift + 0.5) * Double(width)
        if 0 <= center, center <= Double(width) {
          start = min(start, pixel)
          end = pixel + 1
        }
        let lowest = Int((min(max(center, 0), Double(width)) - reach).rounded(.down))
        let first = min(max(lowest, 0), width - most)
        self.first.append(first)
        let taps = (first..<first + most).map {
          max(0, 1 - abs(Double($0) + 0.5 - center) / reach)
        }
        let sum = max(taps.reduce(0, +), 1e-9)
        weights += taps.map { Float($0 / sum) }
      }
      inside = min(start, end)..<end
    }
  }
}
