import Foundation

/// Lines over one axis from zero, with a title, round numbers along both axes, and a name at each line's end.
public struct LineChart: Figure {
  public struct Line: Sendable {
    public let label: String
    public let points: [(x: Double, y: Double)]
    public let color: Color
    /// Drawn in dashes, as what was not measured.
    public let isDashed: Bool

    public init(
      label: String, points: [(x: Double, y: Double)], color: Color, isDashed: Bool = false
    ) {
      self.label = label
      self.points = points
      self.color = color
      self.isDashed = isDashed
    }
  }

  public let title: String
  /// What is along the axes, with its unit.
  public let horizontal: String
  public let vertical: String
  public let lines: [Line]

  public let size = (width: 400.0, height: 300.0)

  private let margins = (left: 52.0, top: 46.0, right: 20.0, bottom: 44.0)
  private let ink = Color(0x1C1E21)
  private let quiet = Color(0x6B7280)
  private let grid = Color(0xE5E7EB)

  public init(title: String, horizontal: String, vertical: String, lines: [Line]) {
    self.title = title
    self.horizontal = horizontal
    self.vertical = vertical
    self.lines = lines
  }

  public func draw(on drawing: inout some Drawing) throws {
    drawing.fill(Color(0xFFFFFF), x: 0, y: 0, width: size.width, height: size.height)
    let titleFont = Font(size: 13, isBold: true)
    drawing.draw(
      title: title, font: titleFont, color: ink, x: 8,
      bottom: 8 + drawing.size(of: title, font: titleFont).height, width: size.width - 16, lines: 1)
    let points = lines.flatMap(\.points)
    let (columns, rows) = (Axis(points.map(\.x)), Axis(points.map(\.y)))
    let width = size.width - margins.left - margins.right
    let height = size.height - margins.top - margins.bottom
    func place(_ point: (x: Double, y: Double)) -> (x: Double, y: Double) {
      (
        margins.left + point.x / columns.end * width,
        size.height - margins.bottom - point.y / rows.end * height
      )
    }
    let small = Font(size: 10)
    for tick in rows.ticks {
      let y = place((0, tick)).y
      let text = rows.text(tick)
      drawing.stroke(
        [(margins.left, y), (margins.left + width, y)], color: tick == 0 ? quiet : grid, width: 1,
        isDashed: false)
      drawing.draw(
        text, font: small, color: quiet, x: margins.left - 6,
        y: y - drawing.size(of: text, font: small).height / 2, alignment: .right, width: nil)
    }
    for tick in columns.ticks {
      drawing.draw(
        columns.text(tick), font: small, color: quiet, x: place((tick, 0)).x,
        y: size.height - margins.bottom + 4, alignment: .center, width: 60)
    }
    drawing.draw(
      horizontal, font: small, color: ink, x: margins.left + width / 2, y: size.height - 22,
      alignment: .center, width: width)
    drawing.draw(
      vertical, font: small, color: ink, x: 8, y: margins.top - 18, alignment: .left, width: nil)
    for line in lines {
      let placed = line.points.map(place)
      drawing.stroke(placed, color: line.color, width: 2, isDashed: line.isDashed)
      if !line.isDashed { for point in placed { drawing.dot(point, radius: 3, color: line.color) } }
      guard let last = placed.last else { continue }
      let font = Font(size: 10, isBold: true)
      let label = drawing.size(of: line.label, font: font)
      // Lines rise to the right: the highest has room left of its end, the others below themselves.
      let isHighest = last.y <= lines.compactMap { $0.points.last.map(place)?.y }.min() ?? 0
      drawing.draw(
        line.label, font: font, color: line.color, x: isHighest ? last.x - 8 : last.x,
        y: isHighest
          ? max(last.y - label.height - 2, margins.top - 4)
          : Self.height(of: placed, at: last.x - label.width) + 4,
        alignment: .right, width: nil)
    }
  }
}

extension LineChart {
  /// Where a line that goes to the right is above `x`.
  private static func height(of points: [(x: Double, y: Double)], at x: Double) -> Double {
    for (start, end) in zip(points, points.dropFirst()) where start.x <= x && x < end.x {
      return start.y + (end.y - start.y) * (x - start.x) / (end.x - start.x)
    }
    return points.last?.y ?? 0
  }
}

/// Round numbers from zero to beyond a largest value.
struct Axis {
  let end: Double
  let ticks: [Double]

  init(_ values: [Double]) {
    let largest = max(values.max() ?? 0, 1e-9)
    let power = pow(10, (log10(largest / 4)).rounded(.down))
    let step = [1, 2, 2.5, 5, 10].map { $0 * power }.first { largest / $0 <= 5 } ?? 10 * power
    let count = (largest / step).rounded(.up)
    end = count * step
    ticks = (0...Int(count)).map { Double($0) * step }
  }

  func text(_ tick: Double) -> String {
    tick == tick.rounded() ? String(Int(tick)) : String(format: "%g", tick)
  }
}

/// Figures in a row, each as wide as it is.
public struct FigureRow: Figure {
  public let figures: [any Figure]

  public init(_ figures: [any Figure]) {
    self.figures = figures
  }

  public var size: (width: Double, height: Double) {
    (figures.reduce(0) { $0 + $1.size.width }, figures.map(\.size.height).max() ?? 0)
  }

  public func draw(on drawing: inout some Drawing) throws {
    var x = 0.0
    for figure in figures {
      try drawing.draw(figure, x: x, y: 0, width: figure.size.width)
      x += figure.size.width
    }
  }
}
