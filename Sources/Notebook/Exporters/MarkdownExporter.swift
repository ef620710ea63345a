import CAMNet
import Foundation

/// The report as GitHub-flavoured Markdown, with its figures in a folder beside it.
public struct MarkdownExporter: Exporter {
  /// The document's file name, `report.md`; the figures' folder is named after it.
  private let fileName: String

  /// - Parameter path: where the document will lie.
  public init(path: String) {
    fileName = path.split(separator: "/").last.map(String.init) ?? path
  }

  private var folder: String { Markdown.figuresFolder(of: fileName) }

  public func files(for report: Report) throws -> [ReportFile] {
    var figures: [ReportFile] = []
    let text = try document(report, &figures)
    return figures + [ReportFile(name: fileName) { Array(text.utf8) }]
  }

  private func document(_ report: Report, _ figures: inout [ReportFile]) throws -> String {
    let words = report.words
    let summary = Summary(report)
    var blocks = ["# \(summary.sentence)"]
    if let note = summary.note { blocks.append("> **\(note)**") }
    if let failure = report.failure { blocks.append("> **\(Markdown.escaped(failure))**") }

    var row = [
      figure(
        try .photo(report.pagePhoto), "photo",
        words.label("alt.photo", ["file": report.photo.fileName]), &figures)
    ]
    var captions = [words.label("page.photo")]
    var bars = [""]
    for (explanation, overlay) in report.overlaid {
      let prediction = explanation.prediction
      row.append(
        figure(
          try .photo(RGBImage(overlay.page)),
          "\(explanation.method)-\(prediction.prediction.rank)",
          words.label("alt.overlay", ["label": prediction.shortLabel]), &figures))
      captions.append("\(words.rank(prediction)): \(prediction.shownLabel)")
      bars.append(
        figure(
          try .figure(overlay.bar), "\(explanation.method)-\(prediction.prediction.rank)-colors",
          words.label("alt.colors", ["low": overlay.bar.low, "high": overlay.bar.high]), &figures))
    }
    blocks.append(
      Markdown.table(
        [captions.map { Markdown.escaped($0) }, row] + (bars.count > 1 ? [bars] : []),
        isNumeric: row.map { _ in false }))

    for (section, steps) in report.sections {
      blocks.append("## \(words.label("section.\(section.key)"))")
      for step in steps { blocks += try self.blocks(step, report, &figures) }
    }
    return blocks.joined(separator: "\n\n") + "\n"
  }

  private func blocks(
    _ step: Step, _ report: Report, _ figures: inout [ReportFile]
  ) throws -> [String] {
    let words = report.words
    var blocks = ["<a id=\"\(step.name)\"></a>\n\n### \(step.number). \(step.title)", step.prose]
    switch step.status {
    case .completed: break
    case .failed(let sentence):
      blocks.append("> **\(words.label("page.failed"))**: \(Markdown.escaped(sentence))")
    case .notRun: blocks.append("> \(words.label("page.not_run"))")
    }
    blocks.append("```python\n\(step.code)\n```")
    let shape = step.outputShape.map { "`\(Formatted.tensor($0, step.scalarType))`" }
    let output = [shape].compactMap { $0 } + step.arithmetic.map(\.description)
    if !output.isEmpty { blocks.append(output.joined(separator: "  ·  ")) }
    let facts = step.facts
    if !facts.isEmpty {
      blocks.append(
        Markdown.table(
          [facts.map { words.label("page.\($0.key)") }, facts.map(\.value)],
          isNumeric: facts.map { _ in true }))
    }
    if let found = step.result.table {
      blocks.append(
        Markdown.table(
          ([found.head] + found.rows).map { $0.map { Markdown.escaped($0) } },
          isNumeric: found.isNumeric))
    }
    if let text = step.result.text { blocks.append(text) }
    for (index, found) in step.result.figures.enumerated() {
      let name = index == 0 ? step.name : "\(step.name)-\(index + 1)"
      blocks.append(figure(try found.picture(), name, found.alternativeText, &figures))
      blocks.append("*\(Markdown.escaped(found.caption))*")
    }
    return blocks
  }

  /// A link to a picture, whose file is added to `figures`.
  private func figure(
    _ picture: StepFigure.Picture, _ name: String, _ alternativeText: String,
    _ figures: inout [ReportFile]
  ) -> String {
    let path = "\(folder)/\(name).\(picture.ending)"
    figures.append(ReportFile(name: path) { picture.bytes })
    return "![\(Markdown.escaped(alternativeText))](\(path.relativeAddress))"
  }
}

extension Markdown {
  /// The folder of a document's figures, beside it.
  static func figuresFolder(of name: String) -> String {
    "\(name.hasSuffix(".md") ? String(name.dropLast(3)) : name)-figures"
  }

  /// A table whose first row is its head.
  static func table(_ rows: [[String]], isNumeric: [Bool]) -> String {
    func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }
    let rule = line(isNumeric.map { $0 ? "---:" : "---" })
    return ([line(rows[0]), rule] + rows.dropFirst().map(line)).joined(separator: "\n")
  }
}
