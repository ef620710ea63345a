import CAMNet
import Foundation
import Notebook
import TestSupport
import Testing
import Training

/// A result of fine-tuning says what it is, so that nothing else need be said.
@Suite struct TrainedModelTests {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private static let classes = ["fish", "<b>물고기</b>", "\"tools\"\n"]

  /// Writes a result of EfficientNet-Lite0 for three classes, and gives its path and its model.
  private func write(_ name: String) throws -> (path: String, model: Model) {
    let own = Model.efficientNetLite0
    let first = try NetworkParameters(try own.embeddedWeights(), for: own)
    let model = try #require(own.with(outputs: 3, classNames: Self.classes))
    let weights = TrainedWeights(model, model.beginning(from: first), size: 96)
    let path = folder.appending(path: name).path
    try weights.write(to: path, record: .example(model, sha256: weights.sha256))
    return (path, model)
  }

  @Test func `a safetensors file says its network, its classes and its input's size`() throws {
    let (path, _) = try write("mine.safetensors")
    let loaded = try LoadedModel(modelName: nil, weights: .file(path), classes: nil)
    #expect(loaded.classNames == Self.classes)
    #expect(loaded.model.name == "efficientnet-lite0")
    #expect(loaded.model.network.defaultSize == 96)
    let text = try #require(loaded.store.metadata["record"])
    let record = try JSONDecoder().decode(TrainingRecord.self, from: Data(text.utf8))
    #expect(record == .example(loaded.model, sha256: record.outputSHA256))
  }

  @Test(arguments: ["mine.npy", "mine.npz"])
  func `other formats hold the weights alone, and classes have numbers`(name: String) throws {
    let (path, model) = try write(name)
    let loaded = try LoadedModel(modelName: nil, weights: .file(path), classes: nil)
    #expect(loaded.classNames == ["class 0", "class 1", "class 2"])
    let name = ParameterName(layer: "logits", role: .weights)
    #expect(loaded.executor.parameters[name].shape == [1280, 3])
    #expect(loaded.model.network.parameters.count == model.network.parameters.count)
  }

  @Test func `names that somebody gives go before those of the file`() throws {
    let (path, _) = try write("mine.safetensors")
    let names = folder.appending(path: "names.txt")
    try Data("one\ntwo\nthree\n".utf8).write(to: names)
    let loaded = try LoadedModel(modelName: nil, weights: .file(path), classes: names.path)
    #expect(loaded.classNames == ["one", "two", "three"])
  }

  @Test func `texts of other programs change nothing`() throws {
    let store = try Model.efficientNetLite0.embeddedWeights()
    let tensors = try store.entries.map { ($0.name, try store.tensor(named: $0.name)) }
    for texts in [
      ["format": "pt", "classes": "[1, 2]", "size": "many"],
      ["model": "another", "size": "96", "classes": "[\"a\"]"],
      ["model": "efficientnet-lite0", "size": "100000000"],
    ] {
      let path = folder.appending(path: "other.safetensors").path
      try WeightsStore.writeSafetensors(tensors, metadata: texts, to: path)
      let loaded = try LoadedModel(modelName: nil, weights: .file(path), classes: nil)
      #expect(loaded.classNames.count == 1000 && loaded.classNames[0] == "tench, Tinca tinca")
      #expect(loaded.model.network.defaultSize == 224)
    }
  }
}

extension TrainingRecord {
  fileprivate static func example(_ model: Model, sha256: String?) -> TrainingRecord {
    TrainingRecord(
      version: "1", model: model.name, title: model.title, kernels: "AVX2", weights: "embedded",
      output: "mine.safetensors", outputSHA256: sha256, options: TrainingOptions(),
      data: DataSummary(path: "photos", sha256: "0", classes: [], skipped: [], duplicates: []))
  }
}
