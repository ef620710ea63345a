import CAMNet
import Dispatch
import Synchronization

/// The only code that writes a report to disk.
///
/// Each file is written beside its place and renamed into it. `run.json` comes last, and one from an earlier run is
/// removed first, so that its presence says the folder is complete.
public struct ReportWriter: Sendable {
  public let folder: String

  /// Makes the folder and sees that it can be written to, before any work is done for it.
  public init(folder: String) throws {
    self.folder = folder
    try AtomicFile.prepareFolder(folder)
  }

  /// Writes the page, the pictures and maps, and the run record.
  /// - Parameter isAlone: whether no other report is made meanwhile, so that all cores may make this one's files.
  public func write(
    _ report: Report, record: RunRecord, layout: Layout, hasThumbnail: Bool = false,
    isAlone: Bool = true
  ) throws {
    try AtomicFile.removeIfPresent(path(RunRecordExporter.fileName))
    var exporters: [any Exporter] = [
      HTMLExporter(record: record, layout: layout), PictureExporter(),
    ]
    if hasThumbnail { exporters.append(ThumbnailExporter()) }
    let files = try exporters.flatMap { try $0.files(for: report) }
    try isAlone ? writeTogether(files) : write(files)
    try write(RunRecordExporter(record: record).files(for: report))
  }

  /// Writes files, and makes the folders inside this one that they lie in.
  public func write(_ files: [ReportFile]) throws {
    for file in files { try write(file) }
  }

  /// Makes and writes files on all cores; of several errors the first file's is thrown.
  private func writeTogether(_ files: [ReportFile]) throws {
    let failures = Mutex<[Int: any Error]>([:])
    DispatchQueue.concurrentPerform(iterations: files.count) { index in
      do {
        try write(files[index])
      } catch {
        failures.withLock { $0[index] = error }
      }
    }
    let first = failures.withLock { failures in failures.min { $0.key < $1.key }?.value }
    if let first { throw first }
  }

  private func write(_ file: ReportFile) throws {
    let path = path(file.name)
    // This folder is there: only one inside it may have to be made.
    if file.name.contains("/") { try AtomicFile.prepareFolder(LockFile.folder(path)) }
    try AtomicFile.write(file.contents(), to: path)
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
    self.folder = folder
    try AtomicFile.prepareFolder(folder)
  }

  public func write(_ tensor: Tensor, of step: Step) throws {
    let number = (step.number < 10 ? "0" : "") + String(step.number)
    try AtomicFile.write(tensor.npyData(), to: "\(folder)/\(number)-\(step.name).npy")
  }
}
