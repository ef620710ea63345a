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

  public func write(_ report: Report, record: RunRecord) throws {
    try AtomicFile.removeIfPresent(path(RunRecordExporter.fileName))
    let exporters: [any Exporter] = [
      PictureExporter(), HTMLExporter(record: record), RunRecordExporter(record: record),
    ]
    for exporter in exporters {
      for file in try exporter.files(for: report) {
        try AtomicFile.write(file.contents(), to: path(file.name))
      }
    }
  }

  /// The page a person opens.
  public var page: String { path("index.html") }

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
