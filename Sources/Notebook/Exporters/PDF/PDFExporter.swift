import CAMNet
import Foundation
import Plot

/// The report as a PDF to print: vector text and drawings, contents with links, bookmarks, running heads.
public struct PDFExporter: Exporter {
  private let path: String
  private let paper: Paper
  private let record: RunRecord
  private let date: String?

  /// - Parameters:
  ///   - path: where the document will lie.
  ///   - date: when it was made, ISO 8601; nil to leave it out.
  public init(path: String, paper: Paper, record: RunRecord, date: String?) {
    self.path = path
    self.paper = paper
    self.record = record
    self.date = date
  }

  public func files(for report: Report) throws -> [ReportFile] {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let bytes = try document(report)
    return [ReportFile(name: name) { bytes }]
  }

  private func document(_ report: Report) throws -> [UInt8] {
    let style = PageStyle(paper)
    let words = report.words
    let summary = Summary(report)
    let document = try PDFDocument(
      width: style.width, height: style.height,
      metadata: .init(
        title: summary.pageTitle, author: "camreport \(record.camreport)",
        subject: words.label("pdf.subject", ["file": report.photo.fileName]),
        keywords: (["class activation map", report.model.model.title]
          + report.predictions.prefix(2).map(\.shownLabel)).joined(separator: ", "),
        date: date),
      jpeg: { try? RGBImage($0).fitted(side: 1000).jpegData(quality: 88) })
    let canvas = document.canvas

    var flow = FlowBuilder(canvas: canvas, style: style)
    var entries: [ContentsPages.Entry] = []
    for (section, steps) in report.sections {
      let title = words.label("section.\(section.key)")
      flow.addPart(title, destination: "part-\(section.key)")
      entries.append(.init(title: title, destination: "part-\(section.key)", isPart: true))
      for step in steps {
        add(step, words, to: &flow)
        entries.append(
          .init(
            title: "\(step.number)\u{2002}\(Markdown.plain(step.title))",
            destination: Self.destination(step), isPart: false))
      }
    }
    let body = Pagination(flow.items, height: style.textHeight)
    let contents = ContentsPages(
      entries, title: words.label("page.contents"), canvas: canvas, style: style)

    try TitlePage(report, summary: summary, record: record, style: style).draw(on: canvas)
    document.label("i")
    try document.endPage()
    for page in 0..<contents.pages {
      try contents.draw(page) { body.destinations[$0].map { $0.page + 1 } }
      document.label(Self.roman(page + 2))
      try document.endPage()
    }
    var parent = 0
    for entry in entries {
      let number = document.addBookmark(
        entry.title, to: entry.destination, under: entry.isPart ? 0 : parent)
      if entry.isPart { parent = number }
    }
    let head = "\(report.model.model.title) · \(report.photo.fileName)"
    try body.draw(on: document, head: head, style)
    return try document.finished()
  }

  private static func destination(_ step: Step) -> String { "step-\(step.number)" }

  private func add(_ step: Step, _ words: Words, to flow: inout FlowBuilder) {
    var badge: String?
    var failure: String?
    switch step.status {
    case .completed: break
    case .failed(let sentence): (badge, failure) = (words.label("page.failed"), sentence)
    case .notRun: badge = words.label("page.not_run")
    }
    flow.addHeading(
      number: step.number, Markdown.markup(step.title), badge: badge,
      destination: Self.destination(step))
    flow.addBlocks(step.prose)
    flow.addCode(
      step.code, prompt: "In [\(step.number)]",
      hasOutput: step.outputShape != nil && step.status == .completed)
    if let failure { flow.addBlocks("**\(Markdown.escaped(failure))**") }
    flow.addOutput(
      prompt: "Out [\(step.number)]",
      shape: step.outputShape.map { Formatted.tensor($0, step.scalarType) }, step.arithmetic)
    flow.addFacts(step.facts.map { (words.label("page.\($0.key)"), $0.value) })
    if let table = step.result.table { flow.addTable(MarkupTable(table)) }
    if let text = step.result.text { flow.addBlocks(text, hasRule: true) }
    for figure in step.result.figures {
      flow.addFigure(figure) { number, caption in
        words.label("pdf.figure", ["number": "\(number)", "caption": caption])
      }
    }
  }

  /// The numbers of pages before the first: ii, iii, iv.
  private static func roman(_ number: Int) -> String {
    let tens = number / 10
    let ones = ["", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"][number % 10]
    return String(repeating: "x", count: tens) + ones
  }
}
