import CAMNet
import Plot

/// The first page: what was seen and where, and what ran.
struct TitlePage {
  private let report: Report
  private let summary: Summary
  private let record: RunRecord
  private let style: PageStyle

  init(_ report: Report, summary: Summary, record: RunRecord, style: PageStyle) {
    self.report = report
    self.summary = summary
    self.record = record
    self.style = style
  }

  func draw(on canvas: Canvas) throws {
    let (x, width) = (style.margin, style.textWidth)
    var y = style.top
    func text(
      _ text: String, isMarkup: Bool = false, _ font: Font, _ color: Color, after: Double,
      spacing: Double = 0
    ) {
      let layout = canvas.layout(
        text, isMarkup: isMarkup, font: font, width: width, spacing: spacing)
      canvas.draw(layout, color: color, x: x, y: y)
      y += layout.height + after
    }
    text("camreport · \(report.model.model.title)", Font(size: 9), style.soft, after: 10)
    text(
      Markdown.markup(summary.sentence), isMarkup: true, Font(size: 21),
      style.ink, after: 14, spacing: 1.15)
    for note in [summary.note, report.failure.map { Markdown.escaped($0) }].compactMap(\.self) {
      text(
        Markdown.markup(note), isMarkup: true, Font(size: 10, isBold: true),
        style.accent,
        after: 12)
    }
    y = try drawPictures(on: canvas, y: y) + 18
    y = drawBars(on: canvas, y: y) + 20
    y = try drawNetwork(on: canvas, y: y) + 20
    drawRun(on: canvas, y: y)
  }

  /// The photo and the overlays side by side, with their names under them.
  private func drawPictures(on canvas: Canvas, y: Double) throws -> Double {
    let words = report.words
    var pictures: [(picture: Raster, name: String, detail: String, bar: ColorBar?)] = [
      (Raster(report.pagePhoto), words.label("page.photo"), report.photo.fileName, nil)
    ]
    for (explanation, overlay) in report.overlaid {
      let prediction = explanation.prediction
      pictures.append(
        (
          overlay.page, words.rank(prediction),
          "\(prediction.shortLabel), \(Formatted.percent(prediction.prediction.probability))",
          overlay.bar
        ))
    }
    let gap = 10.0
    let width = (style.textWidth - 2 * gap) / 3
    let ratio = Double(report.pagePhoto.height) / Double(report.pagePhoto.width)
    // A tall photo is made narrower, so that the page holds what follows.
    let height = min(width * ratio, 230)
    let drawn = height / ratio
    var bottom = y
    for (index, (raster, name, detail, bar)) in pictures.enumerated() {
      let left = style.margin + Double(index) * (width + gap)
      try canvas.draw(raster, x: left, y: y, width: drawn, height: height, isCrisp: false)
      var below = y + height + 5
      if var bar {
        (bar.width, bar.fontSize) = (drawn, style.small.size)
        try canvas.draw(bar, x: left, y: below, width: drawn)
        below += bar.size.height
      }
      let caption = canvas.layout(
        "<b>\(PangoMarkup.escaped(name))</b> \(PangoMarkup.escaped(detail))", isMarkup: true,
        font: style.small, width: width)
      canvas.draw(caption, color: style.soft, x: left, y: below)
      bottom = max(bottom, below + caption.height)
    }
    return bottom
  }

  private func drawBars(on canvas: Canvas, y: Double) -> Double {
    guard !report.predictions.isEmpty else { return y }
    var y = y
    let heading = canvas.layout(
      report.predictionsTitle, font: Font(size: 9, isBold: true))
    canvas.draw(heading, color: style.ink, x: style.margin, y: y)
    y += heading.height + 5
    let (names, values) = (style.textWidth * 0.36, 46.0)
    let track = style.textWidth - names - values
    for labelled in report.predictions {
      let name = canvas.layout(
        labelled.shownLabel, font: Font(size: 8.5), width: names - 8, limit: 1)
      let value = canvas.layout(
        Formatted.percent(labelled.prediction.probability), font: Font(size: 8.5), width: values,
        alignment: .right)
      canvas.draw(name, color: style.ink, x: style.margin, y: y)
      canvas.draw(value, color: style.ink, x: style.margin + style.textWidth - values, y: y)
      let left = style.margin + names
      canvas.fill(style.panel, x: left, y: y + 1.5, width: track, height: 8)
      canvas.fill(
        style.accent, x: left, y: y + 1.5,
        width: max(track * labelled.prediction.probability, 0.5), height: 8)
      y += name.height + 2.5
    }
    return y
  }

  private func drawNetwork(on canvas: Canvas, y: Double) throws -> Double {
    let drawing = report.drawing
    // A drawing of few layers is not enlarged.
    let scale = min(style.textWidth / drawing.width, 1)
    for block in drawing.blocks {
      canvas.fill(
        block.layer.layer.kind.look.family.color, x: style.margin + block.x * scale,
        y: y + block.y * scale,
        width: block.width * scale, height: block.height * scale)
    }
    let caption = canvas.layout(
      report.words.label("pdf.network"), font: style.small, width: style.textWidth)
    let bottom = y + drawing.height * scale + 6
    canvas.draw(caption, color: style.soft, x: style.margin, y: bottom)
    return bottom + caption.height
  }

  private func drawRun(on canvas: Canvas, y: Double) {
    let rows = RunSummary(report, record).rows
    let names = 62.0
    var y = y
    for (label, value) in rows {
      let name = canvas.layout(label, font: style.small, width: names)
      let text = canvas.layout(value, font: style.small, width: style.textWidth - names)
      canvas.draw(name, color: style.soft, x: style.margin, y: y)
      canvas.draw(text, color: style.ink, x: style.margin + names, y: y)
      y += max(name.height, text.height) + 2
    }
  }
}
