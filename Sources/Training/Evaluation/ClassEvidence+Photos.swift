extension ClassEvidence {
  /// The photos of a class whose maps are compared at most.
  private static let comparedPhotos = 50
  /// The fewest photos whose maps say that they sit in one place, and how alike they then are.
  private static let (fewestFixed, leastLikeness) = (5, 0.8)

  /// The evidence of each class, in the classes' order, from that of its photos.
  package static func all(_ photos: [PhotoEvidence], classes: Int) -> [ClassEvidence] {
    let byLabel = Dictionary(grouping: photos, by: \.label)
    return (0..<classes).map { ClassEvidence(byLabel[$0] ?? []) }
  }

  /// Means over a class's photos.
  ///
  /// Maps sit in one place whatever the photo where those of five photos or more are alike, with a mean correlation of 0.8, and
  /// strongest outside the middle third: in the middle stand most photos' objects, so that maps there may follow them.
  private init(_ photos: [PhotoEvidence]) {
    func mean(_ values: [Double]) -> Double? {
      values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
    let side = PhotoEvidence.side
    var sums = [Double](repeating: 0, count: side * side)
    for photo in photos {
      for (place, share) in photo.places.enumerated() { sums[place] += share }
    }
    let peak = sums.indices.max { sums[$0] < sums[$1] } ?? 0
    let x = (Double(peak % side) + 0.5) / Double(side)
    let y = (Double(peak / side) + 0.5) / Double(side)
    let likeness = Self.likeness(photos.prefix(Self.comparedPhotos).map(\.places))
    let middle = 1.0 / 3...2.0 / 3
    self.init(
      photos: photos.count, inBoxes: mean(photos.compactMap(\.inBoxes)),
      boxArea: mean(photos.compactMap(\.boxArea)), inMiddle: mean(photos.map(\.inMiddle)) ?? 0,
      alongBorder: mean(photos.map(\.alongBorder)) ?? 0, likeness: likeness, peakX: x, peakY: y,
      isFixed: photos.count >= Self.fewestFixed && (likeness ?? 0) >= Self.leastLikeness
        && !(middle.contains(x) && middle.contains(y)))
  }

  /// The mean correlation of two of some maps; nil where there are no two.
  private static func likeness(_ maps: [[Double]]) -> Double? {
    let unit = maps.map { map in
      let mean = map.reduce(0, +) / Double(map.count)
      let norm = map.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }.squareRoot()
      return map.map { norm > 0 ? ($0 - mean) / norm : 0 }
    }
    var (sum, pairs) = (0.0, 0)
    for (index, one) in unit.enumerated() {
      for other in unit[..<index] {
        sum += zip(one, other).reduce(0) { $0 + $1.0 * $1.1 }
        pairs += 1
      }
    }
    return pairs > 0 ? sum / Double(pairs) : nil
  }
}
