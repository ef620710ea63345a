import CAMNet
import Plot

/// Turns a report's parts into items for pages. Text is measured on the canvas that it will be drawn on.
struct FlowBuilder {
  let canvas: Canvas
  let style: PageStyle
  private(set) var items: [FlowItem] = []
  private var figures = 0

  init(canvas: Canvas, style: PageStyle) {
    self.canvas = canvas
    self.style = style
  }

  // MARK: Text

  /// The document's first sentence.
  mutating func addTitle(_ markup: String) {
    let layout = canvas.layout(
      markup, isMarkup: true, font: Font(size: 20), width: style.textWidth, spacing: 1.2)
    let ink = style.ink
    items.append(
      FlowItem(height: layout.height + 10) { canvas, x, y in
        canvas.draw(layout, color: ink, x: x, y: y)
      })
  }

  mutating func addPart(_ title: String, destination: String) {
    let layout = canvas.layout(title, font: Font(size: 16, isBold: true), width: style.textWidth)
    let (ink, accent) = (style.ink, style.accent)
    items.append(
      FlowItem(
        height: layout.height + 8, spaceBefore: 26, keepsWithNext: true, destination: destination,
        part: title
      ) { canvas, x, y in
        canvas.draw(layout, color: ink, x: x, y: y)
        canvas.fill(accent, x: x, y: y + layout.height + 3, width: 36, height: 1.5)
      })
  }

  mutating func addHeading(number: Int, _ markup: String, badge: String?, destination: String) {
    let soft = "<span foreground=\"#595E66\" weight=\"normal\">\(number)</span>\u{2002}"
    let end =
      badge.map {
        "\u{2002}<span foreground=\"#B3261E\" size=\"80%\">\(PangoMarkup.escaped($0))</span>"
      } ?? ""
    let layout = canvas.layout(
      soft + markup + end, isMarkup: true, font: Font(size: 10.5, isBold: true),
      width: style.textWidth)
    let ink = style.ink
    items.append(
      FlowItem(
        height: layout.height + 3, spaceBefore: 15, keepsWithNext: true, destination: destination
      ) { canvas, x, y in canvas.draw(layout, color: ink, x: x, y: y) })
  }

  /// Paragraphs and tables, at the right of a rule where there is one.
  mutating func addBlocks(_ markdown: String, hasRule: Bool = false) {
    for block in Markdown.blocks(markdown) {
      switch block {
      case .paragraph(let markup):
        addLines(
          canvas.layout(
            markup, isMarkup: true, font: style.body,
            width: style.textWidth - (hasRule ? ruleSpace : 0), spacing: style.spacing),
          hasRule: hasRule)
      case .table(let table): addTable(table, hasRule: hasRule)
      }
    }
  }

  /// The rule's width and the space beside it.
  private var ruleSpace: Double { 10 }

  /// A paragraph's lines, of which neither the first nor the last stands alone on a page.
  private mutating func addLines(_ layout: TextLayout, hasRule: Bool) {
    let count = layout.lines.count
    let (ink, rule, indent) = (style.ink, style.line, hasRule ? ruleSpace : 0)
    for (index, line) in layout.lines.enumerated() {
      items.append(
        FlowItem(
          height: line.height, spaceBefore: index == 0 ? 4 : 0,
          keepsWithNext: index < count - 1 && (index == 0 || index == count - 2)
        ) { canvas, x, y in
          if hasRule { canvas.fill(rule, x: x, y: y, width: 2, height: line.height) }
          canvas.draw(layout, line: index, color: ink, x: x + indent, y: y)
        })
    }
  }

  mutating func addCode(_ code: String, prompt: String, hasOutput: Bool) {
    let padding = 6.0
    let label = canvas.layout(prompt, font: Font(size: 7, isMonospaced: true))
    let layout = canvas.layout(
      code, font: style.code, width: style.textWidth - 2 * padding, spacing: 1.2)
    let (panel, ink, soft, width) = (style.panel, style.ink, style.soft, style.textWidth)
    items.append(
      FlowItem(
        height: label.height + layout.height + 2 * padding, spaceBefore: 6,
        keepsWithNext: hasOutput
      ) { canvas, x, y in
        canvas.draw(label, color: soft, x: x, y: y)
        let top = y + label.height + 1
        canvas.fill(panel, x: x, y: top, width: width, height: layout.height + 2 * padding - 2)
        canvas.draw(layout, color: ink, x: x + padding, y: top + padding - 1)
      })
  }

  // MARK: Numbers

  /// The output's shape and the arithmetic that leads to it, fractions as fractions.
  mutating func addOutput(prompt: String, shape: String?, _ arithmetic: [OutputSize]) {
    guard shape != nil || !arithmetic.isEmpty else { return }
    let label = canvas.layout(prompt, font: Font(size: 7, isMonospaced: true))
    let text = canvas.layout(
      shape ?? "", font: Font(size: 8.5, isBold: true, isMonospaced: true),
      width: style.textWidth)
    let formulas = arithmetic.map { Formula($0, canvas: canvas, style: style) }
    let (ink, soft) = (style.ink, style.soft)
    let height = max(text.height, formulas.first?.height ?? 0)
    let indent = label.width + 8
    var rows: [(x: Double, row: Int, formula: Formula)] = []
    var (x, row) = (indent + (shape == nil ? 0 : text.lineWidth + 24), 0)
    for formula in formulas {
      if x + formula.width > style.textWidth { (x, row) = (indent, row + 1) }
      rows.append((x, row, formula))
      x += formula.width + 24
    }
    items.append(
      FlowItem(height: height * Double(row + 1) + 2, spaceBefore: 5) { canvas, x, y in
        canvas.draw(label, color: soft, x: x, y: y + (height - label.height) / 2)
        canvas.draw(text, color: ink, x: x + indent, y: y + (height - text.height) / 2)
        for entry in rows {
          entry.formula.draw(on: canvas, x: x + entry.x, y: y + Double(entry.row) * height, ink)
        }
      })
  }

  /// Small numbers under their names, in as many columns as fit.
  mutating func addFacts(_ facts: [(label: String, value: String)]) {
    guard !facts.isEmpty else { return }
    let set = facts.map {
      (
        canvas.layout($0.label, font: Font(size: 6.8)),
        canvas.layout($0.value, font: Font(size: 7.6, isMonospaced: true))
      )
    }
    let height = (set.first?.0.height ?? 0) + (set.first?.1.height ?? 0)
    var places: [(x: Double, y: Double)] = []
    var (x, y) = (0.0, 0.0)
    for (label, value) in set {
      let width = max(label.width, value.width)
      if x + width > style.textWidth { (x, y) = (0, y + height + 3) }
      places.append((x, y))
      x += width + 16
    }
    let (ink, soft) = (style.ink, style.soft)
    items.append(
      FlowItem(height: y + height, spaceBefore: 4) { canvas, left, top in
        for (place, (label, value)) in zip(places, set) {
          canvas.draw(label, color: soft, x: left + place.x, y: top + place.y)
          canvas.draw(value, color: ink, x: left + place.x, y: top + place.y + label.height)
        }
      })
  }

  /// A table; its head is set again where it goes on on another page.
  mutating func addTable(_ table: MarkupTable, hasRule: Bool = false) {
    let (rule, indent) = (style.line, hasRule ? ruleSpace : 0)
    let rows = TableLayout(
      table, width: style.textWidth - indent, canvas: canvas, style: style
    ).rows
    func drawing(_ row: TableLayout.Row) -> FlowItem.Drawing {
      { canvas, x, y in
        if hasRule { canvas.fill(rule, x: x, y: y, width: 2, height: row.height) }
        try row.draw(canvas, x + indent, y)
      }
    }
    for (index, row) in rows.enumerated() {
      items.append(
        FlowItem(
          height: row.height, spaceBefore: index == 0 ? 6 : 0,
          keepsWithNext: index == 0 || index == rows.count - 2,
          head: index > 1 ? (rows[0].height, drawing(rows[0])) : nil, draw: drawing(row)))
    }
  }

  // MARK: Figures

  mutating func addFigure(
    _ figure: StepFigure, caption: (_ number: Int, _ text: String) -> String
  ) {
    figures += 1
    let text = canvas.layout(
      PangoMarkup.escaped(caption(figures, figure.caption)), isMarkup: true, font: style.small,
      width: style.textWidth, spacing: 1.15)
    let soft = style.soft
    let size = figure.content.size
    let scale = min(
      style.textWidth / size.width, style.textHeight * 0.4 / size.height, 0.75)
    let (width, height) = (size.width * scale, size.height * scale)
    items.append(
      FlowItem(height: height + 5 + text.height, spaceBefore: 8) { canvas, x, y in
        try figure.content.draw(on: canvas, x: x, y: y, width: width)
        canvas.draw(text, color: soft, x: x, y: y + height + 5)
      })
  }
}

extension StepFigure.Content {
  /// The content's size in points, of which a page may take fewer.
  fileprivate var size: (width: Double, height: Double) {
    switch self {
    case .photo(let image): (Double(image.width), Double(image.height))
    case .figure(let figure), .photographic(let figure): figure.size
    }
  }

  fileprivate func draw(on canvas: Canvas, x: Double, y: Double, width: Double) throws {
    switch self {
    case .photo(let image):
      try canvas.draw(
        Raster(image), x: x, y: y, width: width,
        height: width * Double(image.height) / Double(image.width), isCrisp: false)
    case .figure(let figure), .photographic(let figure):
      try canvas.draw(figure, x: x, y: y, width: width)
    }
  }
}

extension TextLayout {
  /// The width of the widest line, as far as it is drawn.
  fileprivate var lineWidth: Double { width }
}
