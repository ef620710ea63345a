import Plot

/// A page's running head, and its number below.
struct PageMargins {
  let head: String
  let part: String
  let number: Int
  let style: PageStyle

  func draw(on canvas: Canvas) {
    let left = canvas.layout(head, font: style.small, width: style.textWidth * 0.6, limit: 1)
    let right = canvas.layout(
      part, font: style.small, width: style.textWidth * 0.38, alignment: .right, limit: 1)
    canvas.draw(left, color: style.soft, x: style.margin, y: 40)
    canvas.draw(right, color: style.soft, x: style.margin + style.textWidth * 0.62, y: 40)
    canvas.fill(style.line, x: style.margin, y: 54, width: style.textWidth, height: 0.5)
    let page = canvas.layout(
      "\(number)", font: style.small, width: style.textWidth, alignment: .center)
    canvas.draw(page, color: style.soft, x: style.margin, y: style.height - 42)
  }
}
