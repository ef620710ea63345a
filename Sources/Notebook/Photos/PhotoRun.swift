import CAMNet
import Threads

/// Photos walked through with one model, and their reports written.
public struct PhotoRun: Sendable {
  private let walkthrough: Walkthrough
  private let layout: Layout
  private let folders: ReportFolders
  private let files: [SingleFile]
  private let program: Program
  private let resumes: Bool
  private let namesOnly: Bool
  /// How many photos are run at once.
  private let workers: Int

  /// A format that is one file, and where it goes.
  public struct SingleFile: Sendable {
    /// The path that stands for standard output.
    public static let standardOutput = "-"

    let path: String
    let exporter: @Sendable (RunRecord) -> any Exporter

    var isStandardOutput: Bool { path == Self.standardOutput }

    public init(path: String, exporter: @escaping @Sendable (RunRecord) -> any Exporter) {
      self.path = path
      self.exporter = exporter
    }
  }

  /// What a run record says of the program that made it.
  public struct Program: Sendable {
    let version: String
    let command: [String]

    public init(version: String, command: [String]) {
      self.version = version
      self.command = command
    }
  }

  /// What an observer is told. Those of several photos come as they happen, on any thread; reports and failures in the order
  /// of the photos, one at a time.
  public enum Event: Sendable {
    /// A photo is begun.
    case began(String)
    case step(WalkthroughEvent)
    /// A photo's files are written now.
    case writing
    /// A photo is done, with or without a report.
    case finished
    /// What there is to print about a photo, a line each.
    case report([String])
    case failed(any Error)
  }

  /// - Parameters:
  ///   - files: formats that are one file; only for one photo.
  ///   - resumes: whether complete reports of the same inputs, options and version are left as they are.
  ///   - namesOnly: whether run records hold files' names in place of their paths.
  public init(
    walkthrough: Walkthrough, layout: Layout, folders: ReportFolders, files: [SingleFile] = [],
    program: Program, resumes: Bool = false, namesOnly: Bool = false, workers: Int = 1
  ) {
    self.walkthrough = walkthrough
    self.layout = layout
    self.folders = folders
    self.files = files
    self.program = program
    self.resumes = resumes
    self.namesOnly = namesOnly
    self.workers = workers
  }

  /// What came of a photo.
  private struct Outcome: Sendable {
    var entry: PhotoEntry?
    var lines: [String] = []
    var failure: (any Error)?
  }

  private var isSeveral: Bool { folders.all.count > 1 }

  /// Runs all photos, and writes the page over them where they are several.
  /// - Returns: a sentence for each photo that could not be read, run or written, and for the page.
  public func run(observe: @Sendable (Event) -> Void) -> [String] {
    // The folder over those of several photos; one photo's own is locked with the rest of it.
    let lock: FolderLock?
    do {
      lock = try isSeveral ? folders.html.map { try FolderLock($0) } : nil
    } catch {
      observe(.failed(error))
      return ["\(error)"]
    }
    defer { withExtendedLifetime(lock) {} }
    var entries: [PhotoEntry] = []
    var failures: [String] = []
    inOrder(folders.all.count, workers: workers) { index in
      let outcome = outcome(folders.all[index], observe)
      observe(.finished)
      return outcome
    } take: { _, outcome in
      if let entry = outcome.entry { entries.append(entry) }
      if !outcome.lines.isEmpty { observe(.report(outcome.lines)) }
      if let failure = outcome.failure {
        observe(.failed(failure))
        failures.append("\(failure)")
      }
    }
    guard isSeveral, let html = folders.html else { return failures }
    let page = IndexPage(
      entries, failures: failures, model: walkthrough.model, words: walkthrough.words,
      layout: layout)
    do {
      try ReportWriter(folder: html).write([page.file()])
      observe(.report(["\(html)/index.html"]))
    } catch {
      observe(.failed(error))
      failures.append("\(error)")
    }
    return failures
  }

  private func outcome(
    _ folder: ReportFolders.Folder, _ observe: @Sendable (Event) -> Void
  ) -> Outcome {
    observe(.began(folder.image))
    var outcome = Outcome()
    do {
      if let record = upToDate(folder) {
        outcome.entry = PhotoEntry(record, folder: folder.name)
      } else {
        try run(folder, &outcome, observe)
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
      in: path, photo: folder.image, walkthrough: walkthrough, layout: layout,
      version: program.version, namesOnly: namesOnly)
  }

  private func run(
    _ folder: ReportFolders.Folder, _ outcome: inout Outcome,
    _ observe: @Sendable (Event) -> Void
  ) throws {
    let photo = try Photo(contentsOf: folder.image)
    let locks = try [folder.report, folder.tensors].compactMap { try $0.map { try FolderLock($0) } }
    defer { withExtendedLifetime(locks) {} }
    let writer = try folder.report.map { try ReportWriter(folder: $0) }
    let outputs = try files.map { file in
      file.isStandardOutput ? nil : try ReportWriter(folder: ReportWriter.folder(of: file.path))
    }
    let tensors = try folder.tensors.map { try TensorWriter(folder: $0) }
    let report = try walkthrough.run(
      photo, observe: { observe(.step($0)) },
      save: tensors.map { tensors in { step, tensor in try tensors.write(tensor, of: step) } })
    var record = RunRecord(
      report, layout: layout, version: program.version, command: program.command,
      environment: .current)
    if namesOnly { record = record.withNamesOnly }
    observe(.writing)
    for (file, writer) in zip(files, outputs) {
      let contents = try file.exporter(record).files(for: report)
      if let writer {
        try writer.write(contents)
      } else {
        try ReportWriter.writeToStandardOutput(contents)
      }
    }
    try writer?.write(
      report, record: record, layout: layout, hasThumbnail: isSeveral, isAlone: workers == 1)
    outcome.entry = PhotoEntry(record, folder: folder.name)
    outcome.lines = lines(report, page: writer?.page)
    outcome.failure = report.failure.map { RunFailure(image: folder.image, reason: $0) }
  }

  /// The most probable classes and where the report is; of several photos a line each.
  private func lines(_ report: Report, page: String?) -> [String] {
    if isSeveral, let page {
      return [page + (report.predictions.first.map { "  \($0.line)" } ?? "")]
    }
    return report.predictions.map(\.line) + files.filter { !$0.isStandardOutput }.map(\.path)
      + [page].compactMap { $0 }
  }
}

/// A run that stopped at a layer.
public struct RunFailure: Error, CustomStringConvertible {
  let image: String
  let reason: String

  public init(image: String, reason: String) {
    self.image = image
    self.reason = reason
  }

  public var description: String { "\(image): \(reason); the report holds the steps before it" }
}
