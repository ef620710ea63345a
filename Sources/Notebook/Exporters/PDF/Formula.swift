import CAMNet
import Plot

/// `⌊(224 − 1) / 2⌋ + 1 = 112` set with a fraction bar.
struct Formula {
  private let numerator: TextLayout
  private let denominator: TextLayout
  private let end: TextLayout
  private let opening: TextLayout?
  private let closing: TextLayout?
  let width: Double
  let height: Double

  init(_ size: OutputSize, canvas: Canvas, style: PageStyle) {
    let font = Font(size: 8)
    let sum = size.padding == 0 ? "\(size.input)" : "\(size.input) + \(size.padding)"
    numerator = canvas.layout("\(sum) − \(size.reach)", font: font)
    denominator = canvas.layout("\(size.stride)", font: font)
    end = canvas.layout("\u{2009}+ 1 = \(size.output)", font: font)
    let floor = Font(size: 17)
    opening = size.dividesEvenly ? nil : canvas.layout("⌊", font: floor)
    closing = size.dividesEvenly ? nil : canvas.layout("⌋", font: floor)
    height = numerator.height + denominator.height + 2
    width =
      max(numerator.width, denominator.width) + 4 + end.width + (opening?.width ?? 0)
      + (closing?.width ?? 0)
  }

  func draw(on canvas: Canvas, x: Double, y: Double, _ color: Color) {
    let bar = max(numerator.width, denominator.width) + 4
    var left = x
    let middle = y + numerator.height + 1
    if let opening {
      canvas.draw(opening, color: color, x: left, y: middle - opening.height / 2)
      left += opening.width
    }
    canvas.draw(numerator, color: color, x: left + (bar - numerator.width) / 2, y: y)
    canvas.fill(color, x: left, y: middle - 0.3, width: bar, height: 0.6)
    canvas.draw(
      denominator, color: color, x: left + (bar - denominator.width) / 2, y: middle + 1)
    left += bar
    if let closing {
      canvas.draw(closing, color: color, x: left, y: middle - closing.height / 2)
      left += closing.width
    }
    canvas.draw(end, color: color, x: left, y: middle - end.height / 2)
  }
}
