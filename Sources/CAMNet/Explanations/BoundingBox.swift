/// The box that the CAM paper draws around an object: Zhou et al., CVPR 2016, section 3.2.
///
/// It is the box around the largest connected part of the pixels whose values are above a share of the map's range, which the
/// paper sets to 20 % of the map as it is drawn: between its smallest value and its largest. Pixels are connected by their sides.
public struct BoundingBox: Sendable, Hashable {
  /// The column of the box's left pixels in the map, from 0.
  public let x: Int
  /// The row of the box's top pixels in the map, from 0.
  public let y: Int
  /// How many columns of the map the box covers.
  public let width: Int
  /// How many rows of the map the box covers.
  public let height: Int

  /// What a threshold is a share of.
  public enum Scale: Sendable, Hashable {
    /// The way from the map's smallest value to its largest, as a map is drawn and the paper thresholds it.
    case range
    /// The map's largest value.
    case maximum
  }

  /// The share of the range that boxes are made with where no other is asked for: the one whose boxes fit objects at known
  /// places best.
  public static let defaultThreshold: Float = 0.65
  /// The share that the paper takes.
  public static let paperThreshold: Float = 0.2

  /// The box of a map; nil for a map without a positive value, which has none, and by its range for a map of one value.
  /// - Parameters:
  ///   - map: a raw map, (h, w).
  ///   - threshold: the share that a pixel's value must exceed, 0 ..< 1.
  public init?(_ map: Tensor, threshold: Float = defaultThreshold, of scale: Scale = .range) {
    guard let ends = map.ends, ends.maximum > 0 else { return nil }
    let floor = scale == .range ? ends.minimum : 0
    let parts = ConnectedParts(map, above: floor + (ends.maximum - floor) * threshold)
    guard let best = parts.largest else { return nil }
    x = best.left
    y = best.top
    width = best.right - best.left + 1
    height = best.bottom - best.top + 1
  }
}

extension Tensor {
  /// The smallest and the largest element; nil where there is none. Found in four parts, since each comparison waits for the
  /// one before it.
  var ends: (minimum: Float, maximum: Float)? {
    withUnsafeElements { values in
      guard let first = values.first else { return nil }
      var smallest = SIMD4<Float>(repeating: first)
      var largest = smallest
      let inFours = values.count / 4 * 4
      for index in stride(from: 0, to: inFours, by: 4) {
        let four = SIMD4(
          values[index], values[index &+ 1], values[index &+ 2], values[index &+ 3])
        smallest.replace(with: four, where: four .< smallest)
        largest.replace(with: four, where: four .> largest)
      }
      return values[inFours...].reduce((smallest.min(), largest.max())) {
        (min($0.0, $1), max($0.1, $1))
      }
    }
  }
}
