import CAMNet
import Glibc

/// A part of the photo, as torchvision's `RandomResizedCrop` chooses it: 0.6 to 1 of the photo's area, with sides of 3 : 4 to 4 : 3.
///
/// Up to ten times an area is drawn evenly and a ratio of the sides evenly in its logarithm, and the first that fits is taken at an
/// even place. Where none fits, the middle of the photo is, as large as those ratios allow.
public struct RandomCrop: Augmentation {
  public let name = "crop"
  public let changesWholePhoto = true

  private static let areas = 0.6..<1.0
  private static let ratios = 3.0 / 4..<4.0 / 3

  public init() {}

  public func changed(_ image: RGBImage, _ draws: Draws) -> RGBImage {
    let part = Self.part(width: image.width, height: image.height, draws)
    return image.cropped(columns: part.columns, rows: part.rows)
  }

  private static func part(
    width: Int, height: Int, _ draws: Draws
  ) -> (columns: Range<Int>, rows: Range<Int>) {
    for attempt in 0..<10 {
      let first = attempt * 4
      let area = Double(width * height) * draws.value(first, in: areas)
      let ratio = exp(
        draws.value(first + 1, in: log(ratios.lowerBound)..<log(ratios.upperBound)))
      let (w, h) = (rounded((area * ratio).squareRoot()), rounded((area / ratio).squareRoot()))
      guard 0 < w, w <= width, 0 < h, h <= height else { continue }
      let top = Int(draws.value(first + 2) * Double(height - h + 1))
      let left = Int(draws.value(first + 3) * Double(width - w + 1))
      return (left..<left + w, top..<top + h)
    }
    let ratio = Double(width) / Double(height)
    let w = ratio > ratios.upperBound ? rounded(Double(height) * ratios.upperBound) : width
    let h = ratio < ratios.lowerBound ? rounded(Double(width) / ratios.lowerBound) : height
    // A photo of one column or row has no other part.
    let (top, left) = ((height - max(h, 1)) / 2, (width - max(w, 1)) / 2)
    return (left..<left + max(w, 1), top..<top + max(h, 1))
  }

  /// Half to even, as Python rounds.
  private static func rounded(_ value: Double) -> Int { Int(value.rounded(.toNearestOrEven)) }
}
