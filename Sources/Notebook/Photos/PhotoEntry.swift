import CAMNet
import Foundation
import Training

/// One of many photos, as their index page lists it: what its run record says.
public struct PhotoEntry: Sendable {
  /// The folder of the photo's report, relative to the index page.
  let folder: String
  let fileName: String
  let label: String
  let probability: Double

  /// The entry of a run's record; nil where the run was not completed.
  /// - Parameter folder: of the photo's report, relative to the index page.
  public init?(_ record: RunRecord, folder: String) {
    guard record.status == "completed", let first = record.predictions.first else { return nil }
    self.folder = folder
    fileName = record.image.path.split(separator: "/").last.map(String.init) ?? record.image.path
    label = first.label.beginning
    probability = first.probability
  }
}

extension RunRecord {
  /// The record of a complete report in `folder` that a run now would write again: the same photo, weights, options and
  /// version. Nil where there is none.
  /// - Parameters:
  ///   - photo: the photo's path.
  ///   - namesOnly: whether a run now would write files' names in place of their paths.
  public static func upToDate(
    in folder: String, photo: String, walkthrough: Walkthrough, layout: Layout, version: String,
    namesOnly: Bool
  ) -> RunRecord? {
    let model = walkthrough.model
    let options = Options(walkthrough, layout)
    guard
      let record = try? RunRecord(contentsOf: "\(folder)/\(RunRecordExporter.fileName)"),
      record.status == "completed", record.camreport == version,
      record.model == model.model.name, record.weights.sha256 == model.weightsSHA256,
      record.network?.sha256 == model.networkFile?.sha256,
      record.input == Input(walkthrough.options, walkthrough.model),
      record.options == (namesOnly ? options.withNamesOnly : options),
      !namesOnly || record.hasNamesOnly,
      let file = try? FileBytes(contentsOf: photo, as: .photo),
      record.image.sha256 == Hashing.sha256(file)
    else { return nil }
    return record
  }
}
