import Foundation

/// Curves over one axis, named above them, with round numbers along both axes.
public struct CurveChart: Figure {
  public typealias Curve = LineChart.Line

  /// Colours that are told apart by those who see few of them too: Okabe and Ito, 2008.
  public static let colors = [0x0072B2, 0xD55E00, 0x009E73, 0x6B7280].map { Color($0) }

  public let title: String
  /// What is along the horizontal axis.
  public let horizontal: String
  public let curves: [Curve]
  /// Whether the horizontal axis is in powers of ten.
  public let isLogarithmic: Bool
  /// A place along the horizontal axis that is marked; nil for none.
  public let mark: Double?
  /// The highest value that is shown; nil for all.
  public let highest: Double?

  public let size = (width: 400.0, height: 280.0)

  private let margins = (left: 52.0, top: 62.0, right: 16.0, bottom: 42.0)
  private let ink = Color(0x1C1E21)
  private let quiet = Color(0x6B7280)
  private let grid = Color(0xE5E7EB)

  public init(
    title: String, horizontal: String, curves: [Curve], isLogarithmic: Bool = false,
    mark: Double? = nil, highest: Double? = nil
  ) {
    self.title = title
    self.horizontal = horizontal
    self.curves = curves
    self.isLogarithmic = isLogarithmic
    self.mark = mark
    self.highest = highest
  }

  public func draw(on drawing: inout some Drawing) throws {
    drawing.fill(Color(0xFFFFFF), x: 0, y: 0, width: size.width, height: size.height)
    let titleFont = Font(size: 13, isBold: true)
    drawing.draw(
      title: title, font: titleFont, color: ink, x: 8,
      bottom: 8 + drawing.size(of: title, font: titleFont).height, width: size.width - 16, lines: 1)
    drawLegend(on: &drawing)
    let points = curves.flatMap(\.points)
    let rows = Axis(points.map { min($0.y, highest ?? $0.y) })
    let columns = isLogarithmic ? nil : Axis(points.map(\.x))
    let exponents = Self.exponents(points.map(\.x))
    let width = size.width - margins.left - margins.right
    let height = size.height - margins.top - margins.bottom
    func x(_ value: Double) -> Double {
      if let columns { return margins.left + value / columns.end * width }
      let span = Double(exponents.upperBound - exponents.lowerBound)
      return margins.left
        + (log10(max(value, 1e-300)) - Double(exponents.lowerBound)) / span * width
    }
    func y(_ value: Double) -> Double {
      size.height - margins.bottom - min(max(value / rows.end, 0), 1) * height
    }
    let small = Font(size: 10)
    for tick in rows.ticks {
      let text = rows.text(tick)
      drawing.stroke(
        [(margins.left, y(tick)), (margins.left + width, y(tick))],
        color: tick == 0 ? quiet : grid, width: 1, isDashed: false)
      drawing.draw(
        text, font: small, color: quiet, x: margins.left - 6,
        y: y(tick) - drawing.size(of: text, font: small).height / 2, alignment: .right, width: nil)
    }
    let ticks =
      columns.map { axis in axis.ticks.map { ($0, axis.text($0)) } }
      ?? exponents.map { (pow(10, Double($0)), "1e\($0)") }
    for (tick, text) in ticks {
      drawing.draw(
        text, font: small, color: quiet, x: x(tick), y: size.height - margins.bottom + 4,
        alignment: .center, width: 60)
    }
    drawing.draw(
      horizontal, font: small, color: ink, x: margins.left + width / 2, y: size.height - 20,
      alignment: .center, width: width)
    if let mark {
      drawing.stroke(
        [(x(mark), margins.top), (x(mark), size.height - margins.bottom)], color: ink, width: 1,
        isDashed: true)
    }
    for curve in curves {
      let placed = curve.points.filter { $0.y.isFinite }.map { (x: x($0.x), y: y($0.y)) }
      drawing.stroke(placed, color: curve.color, width: 2, isDashed: curve.isDashed)
      if placed.count == 1 { drawing.dot(placed[0], radius: 3, color: curve.color) }
    }
  }

  /// The curves' names, each behind a piece of its curve.
  private func drawLegend(on drawing: inout some Drawing) {
    let font = Font(size: 10)
    var left = margins.left
    for curve in curves {
      drawing.stroke(
        [(left, 44), (left + 14, 44)], color: curve.color, width: 2, isDashed: curve.isDashed)
      drawing.draw(
        curve.label, font: font, color: ink, x: left + 19, y: 37, alignment: .left, width: nil)
      left += 19 + drawing.size(of: curve.label, font: font).width + 16
    }
  }

  /// The powers of ten that hold all values.
  private static func exponents(_ values: [Double]) -> ClosedRange<Int> {
    let logarithms = values.filter { $0 > 0 && $0.isFinite }.map(log10)
    let low = Int((logarithms.min() ?? 0).rounded(.down))
    return low...max(Int((logarithms.max() ?? 1).rounded(.up)), low + 1)
  }
}
