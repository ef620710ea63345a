import Foundation

/// The run record as `run.json`.
public struct RunRecordExporter: Exporter {
  static let fileName = "run.json"
  private let record: RunRecord

  public init(record: RunRecord) {
    self.record = record
  }

  public func files(for report: Report) -> [ReportFile] {
    [
      ReportFile(name: Self.fileName) {
        let encoder = JSONEncoder.record
        // A run record names its keys as they are written: to find that out for each takes longer than the rest.
        encoder.keyEncodingStrategy = .useDefaultKeys
        return try Array(encoder.encode(record)) + [UInt8(ascii: "\n")]
      }
    ]
  }
}
