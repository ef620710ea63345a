import CAMNet

/// Where on a photo a class activation map is strong, in a few words.
package struct Place: Equatable {
  /// The centre of mass of what reaches half of the map's maximum, as fractions of width and height.
  package let x: Double
  package let y: Double

  /// The place of a map's evidence; nil for a map without a positive value, as nothing in the photo speaks for the class.
  package init?(_ map: Tensor) {
    let values = map.elements
    let width = map.shape[1]
    guard let maximum = values.max(), maximum > 0 else { return nil }
    var (sum, x, y) = (0.0, 0.0, 0.0)
    for (index, value) in values.enumerated() where value >= maximum / 2 {
      let weight = Double(value)
      sum += weight
      x += weight * (Double(index % width) + 0.5)
      y += weight * (Double(index / width) + 0.5)
    }
    self.x = x / sum / Double(width)
    self.y = y / sum / Double(map.shape[0])
  }

  /// The key of the place's words: `place.upper_left`, `place.center`, …
  package var key: String {
    let rows = ["upper", "middle", "lower"]
    let columns = ["left", "center", "right"]
    let row = rows[min(Int(y * 3), 2)]
    let column = columns[min(Int(x * 3), 2)]
    return "place.\(row)_\(column)"
  }
}
