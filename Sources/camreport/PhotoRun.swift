import CMalloc
import Foundation
import Notebook

/// Photos run with one model.
struct PhotoRun: Sendable {
  let walkthrough: Walkthrough
  let layout: Layout
  let formats: Formats
  let folders: ReportFolders
  let resumes: Bool
  /// Photos that are run at once.
  let workers: Int
  let progress: Progress

  /// What came of a photo.
  private struct Outcome: Sendable {
    var entry: PhotoEntry?
    var lines: [String] = []
    var failure: (any Error)?
  }

  /// False where a photo could not be read, run or written.
  func all() -> Bool {
    if folders.all.count > 1 { Self.keepMemory() }
    var entries: [PhotoEntry] = []
    var failures: [String] = []
    inOrder(folders.all.count, workers: workers) { index in
      let outcome = outcome(folders.all[index])
      progress.finished()
      return outcome
    } take: { _, outcome in
      if let entry = outcome.entry { entries.append(entry) }
      if !outcome.lines.isEmpty {
        progress.clear()
        print(outcome.lines.joined(separator: "\n"))
      }
      if let failure = outcome.failure {
        _ = progress.failure(failure)
        failures.append("\(failure)")
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

  /// Leaves what one photo's files took to the next one's: pages given back to the system and taken again are cleared each
  /// time.
  private static func keepMemory() {
    mallopt(M_MMAP_THRESHOLD, 1 << 25)
    mallopt(M_TRIM_THRESHOLD, 1 << 28)
  }

  private func outcome(_ folder: ReportFolders.Folder) -> Outcome {
    progress.began(folder.image)
    var outcome = Outcome()
    do {
      if let record = upToDate(folder) {
        outcome.entry = PhotoEntry(record, folder: folder.name)
      } else {
        try run(folder, &outcome)
      }
    } catch {
      outcome.failure = error
    }
    return outcome
  }

  /// The record of a report that is complete already.
  private func upToDate(_ folder: ReportFolders.Folder) -> RunRecord? {
    guard resumes, let path = folder.report else { return nil }
    return RunRecord.upToDate(
      in: path, photo: folder.image, model: walkthrough.model, options: walkthrough.options,
      words: walkthrough.words, layout: layout, version: CamReport.version)
  }

  private func run(_ folder: ReportFolders.Folder, _ outcome: inout Outcome) throws {
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
      report, record: record, layout: layout, hasThumbnail: folders.all.count > 1,
      isAlone: workers == 1)
    outcome.entry = PhotoEntry(record, folder: folder.name)
    outcome.lines = lines(report, page: writer?.page)
    outcome.failure = report.failure.map { RunFailure(image: folder.image, reason: $0) }
  }

  /// The five most probable classes and where the report is; of many photos a line each.
  private func lines(_ report: Report, page: String?) -> [String] {
    if folders.all.count > 1, let page {
      return [page + (report.predictions.first.map { "  \($0.line)" } ?? "")]
    }
    return report.predictions.map(\.line) + formats.paths + [page].compactMap { $0 }
  }
}

/// A run that stopped at a layer.
struct RunFailure: Error, CustomStringConvertible {
  let image: String
  let reason: String

  var description: String { "\(image): \(reason); the report holds the steps before it" }
}
