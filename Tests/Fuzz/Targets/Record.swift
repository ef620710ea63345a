import CAMNet
import Foundation
import Notebook

extension FuzzTarget {
  /// A run record, and what `verify` does with it.
  static let record = FuzzTarget(
    name: "record",
    seeds: {
      let walkthrough = try Walkthrough(
        model: scene.loaded(), options: Scene.options, words: scene.words)
      let report = try walkthrough.run(scene.photo)
      let record = scene.record(report)
      return try RunRecordExporter(record: record).files(for: report).map { try $0.contents() }
    },
    run: { bytes in
      let path = try scene.file("run.json", bytes)
      let recorded = try RecordedRun(contentsOf: path, folders: [], models: [Scene.model])
      guard recorded.record.input.size <= Scene.largestSize else { return }
      let now = try recorded.run(version: "0", environment: .current)
      let verification = RunVerification(recorded.record, now, tolerance: 1e-3)
      _ = verification.lines(recorded.record, version: "0")
    })

  private static let scene = trying { try Scene("record") }
}
