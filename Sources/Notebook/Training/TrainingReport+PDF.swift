import CAMNet
import Plot

extension TrainingReport {
  /// The document to print, with bookmarks.
  /// - Parameters:
  ///   - path: where the document will lie.
  ///   - date: when it was made, ISO 8601; nil to leave it out.
  public func pdf(path: String, paper: Paper, date: String?) throws -> [ReportFile] {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let style = PageStyle(paper)
    let pdf = try PDFDocument(
      width: style.width, height: style.height,
      metadata: .init(
        title: document.title, author: "camreport \(version)",
        subject: Markdown.plain(document.headline), keywords: "class activation map, fine-tuning",
        date: date),
      jpeg: { try? RGBImage($0).fitted(side: 1000).jpegData(quality: 88) })
    let canvas = pdf.canvas
    var flow = FlowBuilder(canvas: canvas, style: style)
    flow.addTitle(Markdown.markup(document.headline))
    for warning in document.warnings { flow.addBlocks(warning, hasRule: true) }
    for section in document.sections {
      flow.addPart(section.title, destination: section.key)
      for block in section.blocks {
        switch block {
        case .text(let text): flow.addBlocks(text)
        case .code(let code): flow.addCode(code, prompt: "", hasOutput: false)
        case .table(let table): flow.addTable(MarkupTable(table))
        case .figure(let figure):
          flow.addFigure(figure) { number, caption in
            words.label("pdf.figure", ["number": "\(number)", "caption": caption])
          }
        }
      }
    }
    let body = Pagination(flow.items, height: style.textHeight)
    for section in document.sections {
      _ = pdf.addBookmark(section.title, to: section.key, under: 0)
    }
    try body.draw(on: pdf, head: document.title, style)
    let bytes = try pdf.finished()
    return [ReportFile(name: name) { bytes }]
  }
}
