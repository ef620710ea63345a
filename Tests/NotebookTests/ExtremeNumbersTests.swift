import CAMNet
import Foundation
import Notebook
import TestSupport
import Testing

/// Every number of a lock and of a run record set to what boundaries are most often wrong at: the answer is a difference or a
/// sentence.
@Suite struct ExtremeNumbersTests {
  /// A text with each of its whole numbers in turn replaced by extreme ones.
  private func variants(_ text: String) -> [String] {
    text.matches(of: /[:\[ ,](-?[0-9]+)[,\]}\s]/).flatMap { match in
      [-1, 0, 1 << 31, Int.max, .min].map { value in
        text.replacingCharacters(
          in: match.output.1.startIndex..<match.output.1.endIndex, with: "\(value)")
      }
    }
  }

  private func example(_ body: (Model, Photo, LoadedModel, String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let model = try OwnNetworks.small()
    let photo = try Photo(contentsOf: Fixture.path("image-rgb.png"))
    try body(
      model, photo, LoadedModel(model, weights: .synthetic(seed: "own")), folder.path)
  }

  @Test func `of a lock`() throws {
    try example { model, photo, loaded, folder in
      let words = try Words(.english, .builtIn)
      let run = try LockRun(
        loaded, photo: photo, options: InputOptions(size: 60, filter: .bicubic, fitting: .squeeze),
        words: words, folder: folder)
      var locked = try LockedModel(model.network, size: 60)
      let bare = try Lock(models: [model.name: locked]).text()
      locked.layers = [locked.layers[0]]
      locked.run = run.run
      locked.run?.steps = Array(run.run.steps.prefix(2))
      let ran = try Lock(models: [model.name: locked]).text()
      for text in variants(bare) + variants(ran) {
        guard let lock = try? Lock(Data(text.utf8), file: "lock") else { continue }
        let check = LockCheck(
          lock, text: LockText(Data(text.utf8)), file: "\(folder)/lock", names: [],
          options: .init(size: nil, image: nil, weights: nil, classes: nil, tolerance: 1e-3),
          words: words, known: [model])
        if lock.models[model.name]?.run == nil { #expect(check.agrees == (text == bare)) }
        _ = check.lines()
        _ = [check].junit()
        _ = try [check].json()
        _ = try check.updated(lock).text()
        _ = try check.addingNew(lock).text()
      }
    }
  }

  @Test func `of a run record`() throws {
    try example { model, photo, loaded, folder in
      let walkthrough = try Walkthrough(
        model: loaded, options: InputOptions(size: 60, filter: .bicubic, fitting: .squeeze),
        words: Words(.english, .builtIn), fineTuning: FineTuningOptions(label: 1))
      let report = try walkthrough.run(photo)
      let now = try RunRecord.example(report)
      let file = try #require(RunRecordExporter(record: now).files(for: report).first)
      let text = String(decoding: try file.contents(), as: UTF8.self)
      let path = "\(folder)/run.json"
      var read = 0
      for variant in variants(text) {
        try Data(variant.utf8).write(to: URL(filePath: path))
        guard let again = try? RecordedRun(contentsOf: path, folders: [], models: [model])
        else { continue }
        read += 1
        #expect(InputOptions.allows(again.record.input.size))
        if let label = again.record.options.label, !(0..<3).contains(label) {
          #expect(throws: WalkthroughError.noClass(label, model: model.name, count: 3)) {
            try again.run(version: "test", environment: now.environment)
          }
        }
        let verification = RunVerification(again.record, now, tolerance: 1e-3)
        _ = verification.lines(again.record, version: "test")
      }
      #expect(read > 100)
    }
  }
}
