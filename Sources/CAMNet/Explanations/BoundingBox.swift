/// The box that the CAM paper draws around an object: Zhou et al., CVPR 2016, section 3.2.
///
/// It is the box around the largest connected part of the pixels whose values are above 20 % of the map's maximum, in the raw map
/// and not after min-max. Pixels are connected by their sides.
public struct BoundingBox: Sendable, Hashable {
  /// The column of the box's left pixels in the map, from 0.
  public let x: Int
  /// The row of the box's top pixels in the map, from 0.
  public let y: Int
  /// How many columns of the map the box covers.
  public let width: Int
  /// How many rows of the map the box covers.
  public let height: Int

  /// The share of the map's maximum that a pixel's value must exceed.
  static let threshold: Float = 0.2

  /// The box of a map; nil for a map without a positive value, which has none.
  /// - Parameter map: a raw map, (h, w).
  public init?(_ map: Tensor) {
    let columns = map.shape[1]
    let best: Part? = map.withUnsafeElements { values in
      let maximum = Self.maximum(values)
      guard maximum > 0 else { return nil }
      let limit = maximum * Self.threshold
      var parts = Parts()
      for (row, start) in stride(from: 0, to: values.count, by: columns).enumerated() {
        parts.beginRow()
        var column = 0
        while column < columns {
          guard values[start + column] > limit else {
            column += 1
            continue
          }
          let left = column
          while column < columns, values[start + column] > limit { column += 1 }
          parts.add(left..<column, row: row)
        }
      }
      return parts.largest
    }
    guard let best else { return nil }
    x = best.left
    y = best.top
    width = best.right - best.left + 1
    height = best.bottom - best.top + 1
  }

  /// The largest of some values, found in four parts, since each comparison waits for the one before it.
  private static func maximum(_ values: UnsafeBufferPointer<Float>) -> Float {
    var largest = SIMD4<Float>(repeating: -.infinity)
    let inFours = values.count / 4 * 4
    for index in stride(from: 0, to: inFours, by: 4) {
      let four = SIMD4(
        values[index], values[index &+ 1], values[index &+ 2], values[index &+ 3])
      largest.replace(with: four, where: four .> largest)
    }
    return values[inFours...].reduce(largest.max()) { $1 > $0 ? $1 : $0 }
  }
}

/// A connected part of a map: how many pixels it has, and the columns and rows that its outermost pixels lie in.
private struct Part {
  var count = 0
  var (left, right, top, bottom) = (Int.max, 0, Int.max, 0)
  /// The number of the part that this one turned out to belong to; nil for a part of its own.
  var whole: Int?
}

/// The connected parts of a map, found row by row from runs of pixels. The numbers of parts are in the order of their first
/// pixels.
private struct Parts {
  /// Neighbouring pixels of a row that belong to a part, by the part's number.
  private struct Run {
    let columns: Range<Int>
    let part: Int
  }

  private var parts: [Part] = []
  /// The runs of the row above the one that is read, from left to right.
  private var above: [Run] = []
  /// The runs found so far of the row that is read, from left to right.
  private var row: [Run] = []
  /// How many of the runs above end before the run that is added, and so before those after it.
  private var passed = 0

  /// The part with the most pixels, of equally large ones the first; nil where there is none.
  var largest: Part? {
    parts.reduce(nil) { best, part in
      part.whole == nil && part.count > best?.count ?? 0 ? part : best
    }
  }

  mutating func beginRow() {
    swap(&above, &row)
    row.removeAll(keepingCapacity: true)
    passed = 0
  }

  /// Adds the next run of the row that is read, to the parts of the runs that it touches above, or as a part of its own.
  mutating func add(_ columns: Range<Int>, row number: Int) {
    while passed < above.count, above[passed].columns.upperBound <= columns.lowerBound {
      passed += 1
    }
    var joined: Int?
    for run in above[passed...].prefix(while: { $0.columns.lowerBound < columns.upperBound }) {
      let part = whole(run.part)
      joined = joined.map { join($0, part) } ?? part
    }
    let part = joined ?? parts.count
    if joined == nil { parts.append(Part()) }
    parts[part].count += columns.count
    parts[part].left = min(parts[part].left, columns.lowerBound)
    parts[part].right = max(parts[part].right, columns.upperBound - 1)
    parts[part].top = min(parts[part].top, number)
    parts[part].bottom = number
    row.append(Run(columns: columns, part: part))
  }

  /// The number of the part that a part belongs to by now.
  private mutating func whole(_ part: Int) -> Int {
    var part = part
    while let next = parts[part].whole {
      // Each part on the way is led past the next one, so that the way is half as long for who asks again.
      parts[part].whole = parts[next].whole ?? next
      part = next
    }
    return part
  }

  /// Makes two parts one, which keeps the smaller number.
  private mutating func join(_ one: Int, _ other: Int) -> Int {
    guard one != other else { return one }
    let (first, second) = (min(one, other), max(one, other))
    let part = parts[second]
    parts[second].whole = first
    parts[first].count += part.count
    parts[first].left = min(parts[first].left, part.left)
    parts[first].right = max(parts[first].right, part.right)
    parts[first].top = min(parts[first].top, part.top)
    parts[first].bottom = max(parts[first].bottom, part.bottom)
    return first
  }
}
