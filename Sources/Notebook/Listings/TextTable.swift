/// Columns of text for a terminal.
public struct TextTable: Sendable {
  private let rows: [[String]]
  private let alignRight: Set<Int>
  private let gap: Int
  private let widths: [Int]
  private var notes: [String?]

  public init(head: [String], alignRight: Set<Int> = [], rows: [[String]], gap: Int = 2) {
    let rows = ([head] + rows).map { $0.map(\.printable) }
    self.rows = rows
    self.alignRight = alignRight
    self.gap = gap
    notes = []
    widths = head.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
  }

  /// A line of its own under each row that has one.
  func with(notes: [String?]) -> TextTable {
    var table = self
    table.notes = notes
    return table
  }

  var width: Int { widths.reduce(0, +) + gap * (widths.count - 1) }

  /// The head, then the rows, with no spaces at their ends.
  public func lines(ruleAfterHead rule: String? = nil) -> [String] {
    var lines: [String] = []
    for (index, row) in rows.enumerated() {
      lines.append(line(row))
      if index == 0, let rule { lines.append(rule) }
      if index > 0, notes.indices.contains(index - 1), let note = notes[index - 1] {
        lines.append(note)
      }
    }
    return lines
  }

  private func line(_ row: [String]) -> String {
    var line = ""
    for (column, text) in row.enumerated() {
      let padding = String(repeating: " ", count: widths[column] - text.count)
      line += alignRight.contains(column) ? padding + text : text + padding
      line += String(repeating: " ", count: gap)
    }
    while line.last == " " { line.removeLast() }
    return line
  }
}
