import CAMNet

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
  public func write(
    _ report: Report, record: RunRecord, layout: Layout, hasThumbnail: Bool = false
  ) throws {
    try AtomicFile.removeIfPresent(path(RunRecordExporter.fileName))
    var exporters: [any Exporter] = [
      PictureExporter(), HTMLExporter(record: record, layout: layout),
    ]
    if hasThumbnail { exporters.append(ThumbnailExporter()) }
    exporters.append(RunRecordExporter(record: record))
    for exporter in exporters { try write(exporter.files(for: report)) }
  }

  /// Writes files, and makes the folders inside this one that they lie in.
  public func write(_ files: [ReportFile]) throws {
    for file in files { try LockFile.write(file.contents(), to: path(file.name)) }
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
