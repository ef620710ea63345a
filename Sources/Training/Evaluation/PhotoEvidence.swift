import CAMNet

/// Where in a photo the evidence for its class lies: what remains of a class map when the map itself is let go.
public struct PhotoEvidence: Sendable {
  /// The places that a map is reduced to, along each side.
  static let side = 14

  let label: Int
  /// The shares of the positive evidence in the boxes given for the photo, and how much of the photo those cover; nil without any.
  let inBoxes: Double?
  let boxArea: Double?
  /// The shares in the middle third of both sides, and in the outer eighth along each border.
  let inMiddle: Double
  let alongBorder: Double
  /// The shares in ``side`` × ``side`` equal parts, row by row.
  let places: [Double]

  /// - Parameters:
  ///   - label: the place of the photo's class.
  ///   - map: the map of that class, enlarged to the network's input, not normalized: (size, size). What is above 0 counts.
  ///   - boxes: where the photo's object is.
  /// - Returns: nil for a map without evidence for the class, or with a value that is not finite.
  public init?(label: Int, map: Tensor, boxes: [PhotoBox]) {
    let (height, width) = (map.shape[0], map.shape[1])
    let evidence = map.elements.map { Double(max($0, 0)) }
    let sum = evidence.reduce(0, +)
    guard sum > 0, sum.isFinite, map.statistics != nil else { return nil }
    func share(_ x: ClosedRange<Double>, _ y: ClosedRange<Double>) -> Double {
      let (columns, rows) = (Coverage(x, of: width), Coverage(y, of: height))
      return Coverage.sum(of: evidence, width: width, columns, rows) / sum
    }
    self.label = label
    let third = 1.0 / 3...2.0 / 3
    let inner = 0.125...0.875
    inMiddle = share(third, third)
    alongBorder = max(0, 1 - share(inner, inner))
    places = (0..<Self.side * Self.side).map { index in
      func part(_ place: Int) -> ClosedRange<Double> {
        Double(place) / Double(Self.side)...Double(place + 1) / Double(Self.side)
      }
      return share(part(index % Self.side), part(index / Self.side))
    }
    let covered = Self.covered(by: boxes, width: width, height: height)
    inBoxes = covered.map { zip($0, evidence).reduce(0) { $0 + $1.0 * $1.1 } / sum }
    boxArea = covered.map { $0.reduce(0, +) / Double(width * height) }
  }

  /// How much of each pixel lies in any of some boxes; nil without boxes.
  private static func covered(by boxes: [PhotoBox], width: Int, height: Int) -> [Double]? {
    guard !boxes.isEmpty else { return nil }
    var outside = [Double](repeating: 1, count: width * height)
    for box in boxes {
      let columns = Coverage(box.x...max(box.x, min(box.x + box.width, 1)), of: width)
      let rows = Coverage(box.y...max(box.y, min(box.y + box.height, 1)), of: height)
      for (row, down) in zip(rows.pixels, rows.parts) {
        for (column, across) in zip(columns.pixels, columns.parts) {
          outside[row * width + column] *= 1 - down * across
        }
      }
    }
    return outside.map { 1 - $0 }
  }
}

/// Which pixels along one side of a picture a part of the side covers, and how much of each.
private struct Coverage {
  let pixels: Range<Int>
  let parts: [Double]

  /// - Parameters:
  ///   - part: of the side, within 0 … 1.
  ///   - count: the side's pixels.
  init(_ part: ClosedRange<Double>, of count: Int) {
    let (start, end) = (part.lowerBound * Double(count), part.upperBound * Double(count))
    pixels = min(Int(start), count)..<min(max(Int(start), Int(end.rounded(.up))), count)
    parts = pixels.map { max(0, min(end, Double($0 + 1)) - max(start, Double($0))) }
  }

  /// The sum of a picture's values in some columns and rows, each times how much of its pixel is covered.
  static func sum(
    of values: [Double], width: Int, _ columns: Coverage, _ rows: Coverage
  ) -> Double {
    var sum = 0.0
    for (row, down) in zip(rows.pixels, rows.parts) {
      for (column, across) in zip(columns.pixels, columns.parts) {
        sum += values[row * width + column] * down * across
      }
    }
    return sum
  }
}
