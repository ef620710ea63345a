import CAMNet
import Foundation
import Synchronization
import Threads

/// The only code that writes a report.
///
/// Each file is written beside its place and renamed into it. `run.json` comes last, and one from an earlier run is
/// removed first, so that its presence says the folder is complete.
public struct ReportWriter: Sendable {
  public let folder: String

  /// Makes the folder and sees that it can be written to, before any work is done for it.
  public init(folder: String) throws {
    self.folder = folder.withoutLastSlash
    try AtomicFile.prepareFolder(folder)
  }

  /// Writes the page, the pictures and maps, and the run record.
  /// - Parameter isAlone: whether no other report is made meanwhile, so that all cores may make this one's files.
  public func write(
    _ report: Report, record: RunRecord, layout: Layout, hasThumbnail: Bool = false,
    isAlone: Bool = true
  ) throws {
    let lock = try FolderLock(folder)
    defer { withExtendedLifetime(lock) {} }
    try AtomicFile.removeIfPresent(path(RunRecordExporter.fileName))
    var exporters: [any Exporter] = [
      PictureExporter(), HTMLExporter(record: record, layout: layout),
    ]
    if hasThumbnail { exporters.append(ThumbnailExporter()) }
    let files = try exporters.flatMap { try $0.files(for: report) }
    try write(files, workers: isAlone ? ProcessInfo.processInfo.activeProcessorCount : 1)
    try write(RunRecordExporter(record: record).files(for: report))
  }

  /// Writes files in their order, and makes the folders inside this one that they lie in, which nobody else may write into
  /// meanwhile. After an error there is no more.
  /// - Parameter workers: how many files are made at once.
  public func write(_ files: [ReportFile], workers: Int = 1) throws {
    let folders = Set(files.map { LockFile.folder(path($0.name)) }).subtracting([folder])
    let locks = try folders.map { try FolderLock($0) }
    defer { withExtendedLifetime(locks) {} }
    let hasFailed = Atomic(false)
    var failure: (any Error)?
    inOrder(files.count, workers: min(workers, files.count)) { index in
      hasFailed.load(ordering: .relaxed) ? nil : Result { try files[index].contents() }
    } take: { index, contents in
      guard failure == nil, let contents else { return }
      do {
        try AtomicFile.write(contents.get(), to: path(files[index].name))
      } catch {
        failure = error
        hasFailed.store(true, ordering: .relaxed)
      }
    }
    if let failure { throw failure }
  }

  /// Writes files to standard output, one behind the other.
  static func writeToStandardOutput(_ files: [ReportFile]) throws {
    for file in files { try AtomicFile.writeToStandardOutput(file.contents()) }
  }

  /// The page a person opens.
  public var page: String { path("index.html") }

  /// The folder a file lies in.
  public static func folder(of path: String) -> String { LockFile.folder(path) }

  private func path(_ name: String) -> String { folder + "/" + name }
}

/// Writes each step's tensor as `NN-name.npy`: (batch, height, width, channels), float32.
public struct TensorWriter: Sendable {
  private let folder: String

  public init(folder: String) throws {
    self.folder = folder.withoutLastSlash
    try AtomicFile.prepareFolder(folder)
  }

  public func write(_ tensor: Tensor, of step: Step) throws {
    let number = (step.number < 10 ? "0" : "") + String(step.number)
    try AtomicFile.write(tensor.npyData(), to: "\(folder)/\(number)-\(step.name).npy")
  }
}

extension String {
  /// A folder's path without the slash that a person may write at its end.
  fileprivate var withoutLastSlash: String {
    count > 1 && hasSuffix("/") ? String(dropLast()) : self
  }
}
