/// The box that the CAM paper draws around an object: Zhou et al., CVPR 2016, section 3.2.
///
/// Values above 20 % of the map's maximum, of the raw map and not after min-max; of those the largest connected part
/// (pixels joined by their sides), and the box around it.
public struct BoundingBox: Sendable, Hashable {
  /// In the map's pixels.
  public let x: Int
  public let y: Int
  public let width: Int
  public let height: Int

  static let threshold: Float = 0.2

  /// Nil for a map without a positive value, which has no box.
  /// - Parameter map: a raw map, (h, w).
  public init?(_ map: Tensor) {
    let values = map.elements
    let columns = map.shape[1]
    guard let maximum = values.max(), maximum > 0 else { return nil }
    let limit = maximum * Self.threshold
    var isSeen = [Bool](repeating: false, count: values.count)
    var best: [Int] = []
    for start in values.indices where values[start] > limit && !isSeen[start] {
      var part: [Int] = []
      var open = [start]
      isSeen[start] = true
      while let pixel = open.popLast() {
        part.append(pixel)
        let column = pixel % columns
        let neighbours = [
          column > 0 ? pixel - 1 : nil, column < columns - 1 ? pixel + 1 : nil, pixel - columns,
          pixel + columns,
        ]
        for case let next? in neighbours
        where values.indices.contains(next) && !isSeen[next] && values[next] > limit {
          isSeen[next] = true
          open.append(next)
        }
      }
      if part.count > best.count { best = part }
    }
    let rows = best.map { $0 / columns }
    let across = best.map { $0 % columns }
    guard let left = across.min(), let right = across.max(), let top = rows.min(),
      let bottom = rows.max()
    else { return nil }
    x = left
    y = top
    width = right - left + 1
    height = bottom - top + 1
  }
}
