extension TrainingReport {
  /// The document, and its figures in a folder beside it.
  /// - Parameter path: where the document will lie.
  public func markdown(path: String) throws -> [ReportFile] {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let folder = Markdown.figuresFolder(of: name)
    var figures: [ReportFile] = []
    var blocks = ["# \(document.headline)"] + document.warnings.map { "> **\($0)**" }
    for section in document.sections {
      blocks.append("## \(Markdown.escaped(section.title))")
      for (index, block) in section.blocks.enumerated() {
        switch block {
        case .text(let text): blocks.append(text)
        case .code(let code): blocks.append("```sh\n\(code)\n```")
        case .table(let table):
          blocks.append(
            Markdown.table(
              ([table.head] + table.rows).map { $0.map { Markdown.escaped($0) } },
              isNumeric: table.isNumeric))
        case .figure(let figure):
          let picture = try figure.picture()
          let file = "\(folder)/\(section.key)-\(index + 1).\(picture.ending)"
          figures.append(ReportFile(name: file) { picture.bytes })
          blocks.append("![\(Markdown.escaped(figure.alternativeText))](\(file.relativeAddress))")
          blocks.append("*\(Markdown.escaped(figure.caption))*")
        }
      }
    }
    let text = blocks.joined(separator: "\n\n") + "\n"
    return figures + [ReportFile(name: name) { Array(text.utf8) }]
  }
}
