import Glibc

/// How pixels are weighed when a picture is resized: four of Pillow's filters, by its names.
public enum ResizeFilter: String, Sendable, CaseIterable {
  case nearest, bilinear, bicubic, lanczos

  /// Half the filter's width, in pixels of the smaller picture; 0 for nearest, which weighs none.
  var support: Double {
    switch self {
    case .nearest: 0
    case .bilinear: 1
    case .bicubic: 2
    case .lanczos: 3
    }
  }

  /// The weight of a pixel that lies `x` pixels of the smaller picture away from the centre.
  func weight(_ x: Double) -> Double {
    let distance = abs(x)
    switch self {
    case .nearest: return 0
    case .bilinear: return max(0, 1 - distance)
    case .bicubic:
      // Keys, 1981, with a = −1/2.
      let a = -0.5
      if distance < 1 { return ((a + 2) * distance - (a + 3)) * distance * distance + 1 }
      if distance < 2 { return (((distance - 5) * distance + 8) * distance - 4) * a }
      return 0
    case .lanczos: return distance < 3 ? sinc(x) * sinc(x / 3) : 0
    }
  }

  /// sin(πx) / πx, 1 at 0.
  private func sinc(_ x: Double) -> Double {
    x == 0 ? 1 : sin(x * .pi) / (x * .pi)
  }
}

/// Which pixels of the source each of some pixels takes along one axis of a resized picture, with weights in fixed point.
struct ResizeTaps {
  /// How many bits of a weight are its fraction: 32 bits less 8 for a byte and 2 for overshoot.
  static let precision = 22

  /// For each pixel, the first source pixel that it takes.
  let first: [Int]
  /// For each pixel, how many neighbouring source pixels it takes.
  let count: [Int]
  /// For each pixel, `largest` weights in fixed point: one for each source pixel that it takes, then zeros.
  let weights: [Int32]
  /// How many weights are kept for each pixel: a multiple of 4, since four are multiplied at once.
  let largest: Int

  /// All source pixels that any of the pixels takes.
  var source: Range<Int> {
    guard let first = first.first, let last = self.first.last, let count = count.last else {
      return 0..<0
    }
    return first..<last + count
  }

  /// The taps of the pixels `range` of an axis that is resized from `input` to `output` pixels.
  init(from input: Int, to output: Int, range: Range<Int>, filter: ResizeFilter) {
    let scale = Double(input) / Double(output)
    // Making a picture smaller widens the filter, so that no source pixel is passed over.
    let filterScale = max(scale, 1)
    let support = filter.support * filterScale
    let largest = (Int(support.rounded(.up)) * 2 + 4) / 4 * 4
    var first: [Int] = []
    var count: [Int] = []
    var weights = [Int32](repeating: 0, count: range.count * largest)
    for (row, index) in range.enumerated() {
      let center = (Double(index) + 0.5) * scale
      let start = max(Int(center - support + 0.5), 0)
      let end = min(Int(center + support + 0.5), input)
      let values = (start..<end).map {
        filter.weight((Double($0) - center + 0.5) * (1 / filterScale))
      }
      let sum = values.reduce(0, +)
      for (tap, value) in values.enumerated() {
        let scaled = (sum == 0 ? value : value / sum) * Double(1 << Self.precision)
        weights[row * largest + tap] = Int32(scaled < 0 ? scaled - 0.5 : scaled + 0.5)
      }
      first.append(start)
      count.append(end - start)
    }
    self.first = first
    self.count = count
    self.weights = weights
    self.largest = largest
  }
}
