import Foundation
import Notebook

/// Photos run one after the other with one model.
struct PhotoRun {
  let walkthrough: Walkthrough
  let layout: Layout
  let formats: Formats
  let folders: ReportFolders
  let resumes: Bool
  let progress: Progress

  /// False where a photo could not be read, run or written.
  func all() -> Bool {
    var entries: [PhotoEntry] = []
    var failures: [String] = []
    for (index, folder) in folders.all.enumerated() {
      progress.photo(index, name: folder.image)
      do {
        let (record, failure) = try record(folder)
        if let entry = PhotoEntry(record, folder: folder.name) { entries.append(entry) }
        if let failure {
          _ = progress.failure(failure)
          failures.append("\(failure)")
        }
      } catch {
        _ = progress.failure(error)
        failures.append("\(error)")
      }
    }
    progress.clear()
    if folders.all.count > 1, let html = formats.html {
      let page = IndexPage(
        entries, failures: failures, model: walkthrough.model, words: walkthrough.words,
        layout: layout)
      do {
        try ReportWriter(folder: html).write([page.file()])
        print("\(html)/index.html")
      } catch {
        _ = progress.failure(error)
        failures.append("\(error)")
      }
    }
    return failures.isEmpty
  }

  /// The five most probable classes and where the report is; of many photos a line each.
  private func say(_ report: Report, page: String?) {
    if folders.all.count > 1, let page {
      print(page + (report.predictions.first.map { "  \($0.line)" } ?? ""))
      return
    }
    for prediction in report.predictions { print(prediction.line) }
    for path in formats.paths { print(path) }
    if let page { print(page) }
  }

  /// The record of one photo's report, written now or before, and why the run stopped midway, where it did.
  private func record(_ folder: ReportFolders.Folder) throws -> (RunRecord, RunFailure?) {
    if resumes, let path = folder.report,
      let record = RunRecord.upToDate(
        in: path, photo: folder.image, model: walkthrough.model, options: walkthrough.options,
        words: walkthrough.words, layout: layout, version: CamReport.version)
    {
      return (record, nil)
    }
    let photo = try Photo(contentsOf: folder.image)
    let writer = try folder.report.map { try ReportWriter(folder: $0) }
    let outputs = try formats.paths.map { try ReportWriter(folder: ReportWriter.folder(of: $0)) }
    let tensors = try folder.tensors.map { try TensorWriter(folder: $0) }
    let report = try walkthrough.run(
      photo, observe: progress.show,
      save: tensors.map { tensors in { step, tensor in try tensors.write(tensor, of: step) } })
    let record = RunRecord(
      report, layout: layout, version: CamReport.version, command: CommandLine.arguments.dropPath,
      environment: .current)
    progress.writing()
    for (exporter, writer) in zip(formats.exporters(record, layout), outputs) {
      try writer.write(exporter.files(for: report))
    }
    try writer?.write(
      report, record: record, layout: layout, hasThumbnail: folders.all.count > 1)
    progress.clear()
    say(report, page: writer?.page)
    return (record, report.failure.map { RunFailure(image: folder.image, reason: $0) })
  }
}

/// A run that stopped at a layer.
struct RunFailure: Error, CustomStringConvertible {
  let image: String
  let reason: String

  var description: String { "\(image): \(reason); the report holds the steps before it" }
}
