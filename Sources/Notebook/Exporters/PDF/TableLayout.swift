import Plot

/// A table's rows as high as their cells need, the head first.
struct TableLayout {
  struct Row {
    let height: Double
    let draw: FlowItem.Drawing
  }

  let rows: [Row]

  /// - Parameter width: what the table may take, at most.
  init(_ table: MarkupTable, width: Double, canvas: Canvas, style: PageStyle) {
    let gap = 10.0
    let font = Font(size: 7.4)
    let head = Font(size: 7.4, isBold: true)
    func natural(_ column: Int) -> Double {
      table.rows.enumerated().map { index, cells in
        canvas.layout(cells[column], isMarkup: true, font: index == 0 ? head : font).width
      }.max() ?? 0
    }
    let wanted = table.alignments.indices.map(natural)
    let widths = Self.fit(wanted, into: width - gap * Double(wanted.count - 1))
    let (ink, soft, line) = (style.ink, style.soft, style.line)
    let total = widths.reduce(0, +) + gap * Double(widths.count - 1)
    rows = table.rows.enumerated().map { index, cells in
      let set = zip(cells, widths).enumerated().map { column, cell in
        canvas.layout(
          cell.0, isMarkup: true, font: index == 0 ? head : font, width: cell.1,
          alignment: table.alignments[column])
      }
      let height = (set.map(\.height).max() ?? 0) + 4
      return Row(height: height) { canvas, x, y in
        var left = x
        for (layout, width) in zip(set, widths) {
          canvas.draw(layout, color: index == 0 ? soft : ink, x: left, y: y + 2)
          left += width + gap
        }
        canvas.fill(line, x: x, y: y + height - 0.5, width: total, height: 0.5)
      }
    }
  }

  /// Columns as wide as they want to be; where that is too much, the widest give way first.
  private static func fit(_ wanted: [Double], into width: Double) -> [Double] {
    // Half a point, so that rounding does not break a line that fits.
    let padded = wanted.map { $0 + 0.5 }
    guard padded.reduce(0, +) > width else { return padded }
    var (low, high) = (0.0, padded.max() ?? 0)
    for _ in 0..<40 {
      let limit = (low + high) / 2
      if padded.reduce(0, { $0 + min($1, limit) }) > width { high = limit } else { low = limit }
    }
    return padded.map { min($0, low) }
  }
}
