import ArgumentParser
import CAMNet
import Foundation
import Notebook

/// Where reports go, by format.
struct Formats: ParsableArguments {
  @Option(
    help: ArgumentHelp("Write the report as a page into this folder.", valueName: "folder"),
    completion: .directory)
  var html: String?

  @Option(
    help: ArgumentHelp("Write the report as a PDF; - is standard output.", valueName: "file"),
    completion: .file(extensions: ["pdf"]))
  var pdf: String?

  @Option(help: "The PDF's paper.")
  var paper: Paper = .a4

  @Option(
    help: ArgumentHelp(
      "Write the report as a Jupyter notebook that runs again, its files beside it.",
      valueName: "file"),
    completion: .file(extensions: ["ipynb"]))
  var ipynb: String?

  @Flag(
    help:
      "Leave in the notebook's copy of the photo what it tells of where, when and with what it was made."
  )
  var keepMetadata = false

  @Option(
    help: ArgumentHelp(
      "Write the report as Markdown, its figures beside it.", valueName: "file"),
    completion: .file(extensions: ["md"]))
  var markdown: String?

  @Flag(
    help:
      "Leave the date out of the PDF, so that two runs give the same bytes; SOURCE_DATE_EPOCH sets it."
  )
  var reproducible = false

  /// The formats that are one file each.
  func files(_ layout: Layout) -> [PhotoRun.SingleFile] {
    var files: [PhotoRun.SingleFile] = []
    if let pdf {
      let date = SourceDate.text(isReproducible: reproducible)
      files.append(
        .init(path: pdf) { [paper] in
          PDFExporter(path: pdf, paper: paper, record: $0, date: date)
        })
    }
    if let ipynb {
      files.append(
        .init(path: ipynb) { [keepMetadata] _ in
          JupyterExporter(
            path: ipynb, layout: layout, version: CamReport.version, keepsMetadata: keepMetadata)
        })
    }
    if let markdown {
      files.append(.init(path: markdown) { _ in MarkdownExporter(path: markdown) })
    }
    return files
  }

  /// Whether a folder with a page and a record is written: where it is asked for, and where nothing else is.
  var writesFolder: Bool { html != nil || single.isEmpty }

  /// The formats given that are one file: the option, and where it goes.
  var single: [(option: String, path: String)] {
    [("--pdf", pdf), ("--ipynb", ipynb), ("--markdown", markdown)]
      .compactMap { option, path in path.map { (option, $0) } }
  }

  /// Whether a report goes to standard output, where nothing else may then stand.
  var usesStandardOutput: Bool { pdf == PhotoRun.SingleFile.standardOutput }
}

/// The time that builds which give the same bytes take for now: <https://reproducible-builds.org/specs/source-date-epoch/>.
enum SourceDate {
  static var current: Date? {
    ProcessInfo.processInfo.environment["SOURCE_DATE_EPOCH"].flatMap(Double.init)
      .map(Date.init(timeIntervalSince1970:))
  }

  /// When a document was made, ISO 8601; nil where two runs are to give the same bytes and no time is given.
  static func text(isReproducible: Bool) -> String? {
    (current ?? (isReproducible ? nil : Date()))?.formatted(.iso8601)
  }
}
