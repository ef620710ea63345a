/// How often each class was taken for each other: true classes downwards, said ones across, darker where a larger share of a
/// row lies. Columns are named by the numbers that stand before the rows' names.
public struct ConfusionMatrix: Figure {
  /// The classes' names in their order.
  public let names: [String]
  /// counts[true][said].
  public let counts: [[Int]]
  /// What rows and columns are.
  public let vertical: String
  public let horizontal: String

  private let nameWidth = 150.0
  private let ink = Color(0x1C1E21)
  private let quiet = Color(0x6B7280)
  private let tallest = 720.0

  /// - Precondition: there are as many rows and columns as names.
  public init(names: [String], counts: [[Int]], vertical: String, horizontal: String) {
    precondition(counts.count == names.count && counts.allSatisfy { $0.count == names.count })
    self.names = names
    self.counts = counts
    self.vertical = vertical
    self.horizontal = horizontal
  }

  private var cell: Double { min(44, tallest / Double(names.count)) }
  private let left = 12.0
  private let top = 44.0

  public var size: (width: Double, height: Double) {
    let side = cell * Double(names.count)
    return (max(left + nameWidth + side + 12, 320), top + side + 12)
  }

  public func draw(on drawing: inout some Drawing) throws {
    drawing.fill(Color(0xFFFFFF), x: 0, y: 0, width: size.width, height: size.height)
    let heading = Font(size: 10, isBold: true)
    drawing.draw(
      vertical, font: heading, color: ink, x: left, y: 8, alignment: .left, width: nameWidth)
    drawing.draw(
      horizontal, font: heading, color: ink, x: left + nameWidth, y: 8, alignment: .left,
      width: size.width - left - nameWidth - 12)
    let small = Font(size: min(10, max(cell * 0.7, 3)))
    for (row, name) in names.enumerated() {
      let y = top + Double(row) * cell
      let line = drawing.size(of: "0", font: small).height
      drawing.draw(
        "\(row + 1) \(name)", font: small, color: ink, x: left + nameWidth - 6,
        y: y + (cell - line) / 2, alignment: .right, width: nameWidth - 8)
      if cell >= 12 || row % 5 == 4 || row == 0 {
        drawing.draw(
          "\(row + 1)", font: small, color: quiet,
          x: left + nameWidth + (Double(row) + 0.5) * cell, y: top - line - 2, alignment: .center,
          width: nil)
      }
      drawRow(row, y, on: &drawing)
    }
  }

  private func drawRow(_ row: Int, _ y: Double, on drawing: inout some Drawing) {
    let total = Double(max(counts[row].reduce(0, +), 1))
    let font = Font(size: min(11, cell * 0.45))
    for (column, count) in counts[row].enumerated() {
      let share = Double(count) / total
      let x = left + nameWidth + Double(column) * cell
      drawing.fill(
        Self.color(share, isRight: row == column), x: x + 0.5, y: y + 0.5, width: cell - 1,
        height: cell - 1)
      if count > 0, cell >= 14 {
        drawing.draw(
          "\(count)", font: font, color: share > 0.5 ? Color(0xFFFFFF) : ink, x: x + cell / 2,
          y: y + (cell - drawing.size(of: "0", font: font).height) / 2, alignment: .center,
          width: nil)
      }
    }
  }

  /// From nearly white to blue where the class was said rightly, to red where it was not.
  private static func color(_ share: Double, isRight: Bool) -> Color {
    let (low, high) = ((0xF3, 0xF4, 0xF6), isRight ? (0x0B, 0x57, 0xA4) : (0xB3, 0x26, 0x1E))
    func mix(_ from: Int, _ to: Int) -> Int { from + Int(Double(to - from) * share) }
    return Color(UInt32(mix(low.0, high.0) << 16 | mix(low.1, high.1) << 8 | mix(low.2, high.2)))
  }
}
