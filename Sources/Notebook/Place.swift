import CAMNet

/// Where on a photo a class activation map is strong, in a few words.
struct Place {
  /// The centre of mass of what reaches half of the map's maximum, as fractions of width and height.
  let x: Double
  let y: Double
  /// The part of the map that reaches half of its maximum, 0 … 1.
  let share: Double

  /// Nil for a map without a positive value: nothing in the photo speaks for the class.
  init?(_ map: Tensor) {
    let values = map.elements
    let width = map.shape[1]
    guard let maximum = values.max(), maximum > 0 else { return nil }
    var (sum, x, y, count) = (0.0, 0.0, 0.0, 0)
    for (index, value) in values.enumerated() where value >= maximum / 2 {
      let weight = Double(value)
      sum += weight
      x += weight * (Double(index % width) + 0.5)
      y += weight * (Double(index / width) + 0.5)
      count += 1
    }
    self.x = x / sum / Double(width)
    self.y = y / sum / Double(map.shape[0])
    share = Double(count) / Double(values.count)
  }

  /// The key of the place's words: `place.upper_left`, `place.center`, …
  var key: String {
    let rows = ["upper", "middle", "lower"]
    let columns = ["left", "center", "right"]
    let row = rows[min(Int(y * 3), 2)]
    let column = columns[min(Int(x * 3), 2)]
    return "place.\(row)_\(column)"
  }
}
