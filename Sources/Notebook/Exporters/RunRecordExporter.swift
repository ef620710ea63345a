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
        try Array(JSONEncoder.record.encode(record)) + [UInt8(ascii: "\n")]
      }
    ]
  }
}

extension JSONDecoder {
  static var record: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return decoder
  }
}
