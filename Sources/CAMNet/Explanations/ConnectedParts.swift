/// The connected parts of a map, found row by row from runs of pixels: those whose values are above a limit, connected by their
/// sides. The numbers of parts are in the order of their first pixels.
struct ConnectedParts {
  /// A connected part: how many pixels it has, the columns and rows that its outermost pixels lie in, and what its values come
  /// to.
  struct Part {
    var count = 0
    var (left, right, top, bottom) = (Int.max, 0, Int.max, 0)
    /// The sum of the values.
    var sum = 0.0
    /// The sums of the values times their columns, and times their rows.
    var (sumX, sumY) = (0.0, 0.0)
    /// The number of the part that this one turned out to belong to; nil for a part of its own.
    fileprivate var whole: Int?

    /// Takes in another part's pixels.
    fileprivate mutating func merge(_ other: Part) {
      count += other.count
      left = min(left, other.left)
      right = max(right, other.right)
      top = min(top, other.top)
      bottom = max(bottom, other.bottom)
      sum += other.sum
      sumX += other.sumX
      sumY += other.sumY
    }
  }

  /// Neighbouring pixels of a row that belong to a part, by the part's number.
  private struct Run {
    let columns: Range<Int>
    let part: Int
  }

  private var parts: [Part] = []

  /// The parts that are whole.
  var all: [Part] { parts.filter { $0.whole == nil } }

  /// - Parameter map: a map, (h, w).
  init(_ map: Tensor, above limit: Float) {
    let columns = map.shape[1]
    map.withUnsafeElements { values in
      for (row, start) in stride(from: 0, to: values.count, by: columns).enumerated() {
        beginRow()
        var column = 0
        while column < columns {
          guard values[start + column] > limit else {
            column += 1
            continue
          }
          let left = column
          var run = Part()
          while column < columns, values[start + column] > limit {
            let value = Double(values[start + column])
            run.sum += value
            run.sumX += value * Double(column)
            column += 1
          }
          run.sumY = run.sum * Double(row)
          run.count = column - left
          (run.left, run.right, run.top, run.bottom) = (left, column - 1, row, row)
          add(run, columns: left..<column)
        }
      }
    }
  }

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

  private mutating func beginRow() {
    swap(&above, &row)
    row.removeAll(keepingCapacity: true)
    passed = 0
  }

  /// Adds the next run of the row that is read, to the parts of the runs that it touches above, or as a part of its own.
  private mutating func add(_ pixels: Part, columns: Range<Int>) {
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
    parts[part].merge(pixels)
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
    parts[first].merge(parts[second])
    parts[second].whole = first
    return first
  }
}
