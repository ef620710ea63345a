import ArgumentParser
import CAMNet
import Foundation
import Notebook
import Training

/// Where a training's report goes, by format.
struct TrainingReports: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Write a report as a page into this folder, and the record, training.json.",
      valueName: "folder"),
    completion: .directory)
  var html: String?

  @Option(
    help: ArgumentHelp("Write a report as a PDF.", valueName: "file"),
    completion: .file(extensions: ["pdf"]))
  var pdf: String?

  @Option(help: "The PDF's paper.")
  var paper: Paper = .a4

  @Option(
    help: ArgumentHelp(
      "Write a report as Markdown, its figures beside it.", valueName: "file"),
    completion: .file(extensions: ["md"]))
  var markdown: String?

  @Flag(
    help:
      "Leave the date out of the PDF, so that two trainings give the same bytes; SOURCE_DATE_EPOCH sets it."
  )
  var reproducible = false

  func validate() throws {
    if let html { try Formats.checkFolder(html) }
    if pdf == PhotoRun.SingleFile.standardOutput {
      throw ValidationError("--pdf takes a file here: --pdf training.pdf")
    }
    if let pdf { try Formats.checkFile(pdf, of: "--pdf") }
    if let markdown { try Formats.checkFile(markdown, of: "--markdown") }
  }

  /// Sees that the folders can be written to, before any work is done for them.
  func prepare() throws {
    for folder in [html, pdf.map(ReportWriter.folder), markdown.map(ReportWriter.folder)] {
      if let folder { _ = try ReportWriter(folder: folder) }
    }
  }

  /// Writes the report in the formats that were asked for.
  /// - Returns: the paths of what a person opens.
  func write(
    _ record: TrainingRecord, trained: TrainedNetwork?, words: Words, layout: Layout
  ) throws -> [String] {
    guard html != nil || pdf != nil || markdown != nil else { return [] }
    let report = try TrainingReport(record, trained: trained, words: words, layout: layout)
    var paths: [String] = []
    if let html {
      let writer = try ReportWriter(folder: html)
      try writer.write(report.page())
      paths.append(writer.page)
    }
    if let pdf {
      let date = SourceDate.text(isReproducible: reproducible)
      try ReportWriter(folder: ReportWriter.folder(of: pdf)).write(
        report.pdf(path: pdf, paper: paper, date: date))
      paths.append(pdf)
    }
    if let markdown {
      try ReportWriter(folder: ReportWriter.folder(of: markdown)).write(
        report.markdown(path: markdown))
      paths.append(markdown)
    }
    return paths
  }
}
