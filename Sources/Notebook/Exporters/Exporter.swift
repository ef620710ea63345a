/// A format of reports: a report in, files out. Pure: it touches no disk.
public protocol Exporter: Sendable {
  func files(for report: Report) throws -> [ReportFile]
}

/// A file of a report. Its bytes are made when they are wanted, so that large pictures are not held all at once.
public struct ReportFile: Sendable {
  /// The file's path relative to the report's folder.
  public let name: String
  public let contents: @Sendable () throws -> [UInt8]

  public init(name: String, contents: @escaping @Sendable () throws -> [UInt8]) {
    self.name = name
    self.contents = contents
  }
}
