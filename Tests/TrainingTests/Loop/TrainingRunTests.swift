import CAMNet
import Foundation
import TestSupport
import Testing
import Training

@Suite("Trainings")
struct TrainingRunTests {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private static let labels = [0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1]

  private struct Interrupted: Error {}

  private func options(
    _ trained: TrainedLayers, optimizer: String = "sgd", rate: Double? = 0.01, epochs: Int = 4
  ) -> TrainingOptions {
    var options = TrainingOptions()
    options.trained = trained
    options.optimizer.name = optimizer
    options.learningRate = rate
    options.epochs = epochs
    options.batch = 3
    return options
  }

  private func bytes(_ result: TrainingResult) -> [String: [Float]] {
    Dictionary(uniqueKeysWithValues: result.values.map { ("\($0.key)", $0.value.elements) })
  }

  private func run(_ setup: TrainingSetup) throws -> TrainingResult {
    var run = try TrainingRun(setup)
    return try run.run { _ in }
  }

  @Test(
    "a training that is interrupted anywhere and gone on with gives the same bytes",
    arguments: [
      (TrainedLayers.head, "sgd", 1), (.all, "adam", 0.001), (.all, "sgd", nil),
      (.layers(["g", "fc"]), "adamw", 0.01),
    ] as [(TrainedLayers, String, Double?)])
  func resuming(trained: TrainedLayers, optimizer: String, rate: Double?) throws {
    var options = options(trained, optimizer: optimizer, rate: rate, epochs: 6)
    options.patience = 2
    let setup = try TinyTraining.setup(options, labels: Self.labels, kept: 3)
    let whole = try run(setup)
    let identity = try TrainingIdentity(setup, weightsSHA256: "weights", dataSHA256: "data")
    for moment in [1, 11, 23, 24, 25, 40] {
      let checkpoint = Checkpoint(ofResult: folder.path + "/\(moment).safetensors", identity)
      var events = 0
      var resumed: TrainingResult?
      var isRepeated = false
      // What is over is gone on with once more, and stays as it is.
      while resumed == nil || !isRepeated {
        isRepeated = resumed != nil
        var run = try TrainingRun(setup, checkpoint: checkpoint, resumes: true, longestPause: .zero)
        let before = events
        do {
          resumed = try run.run { _ in
            events += 1
            // Each time it comes a little further.
            if events - before == moment + before { throw Interrupted() }
          }
        } catch is Interrupted {}
      }
      let result = try #require(resumed)
      #expect(result.epochs == whole.epochs && result.rangeTest == whole.rangeTest)
      #expect(result.bestEpoch == whole.bestEpoch && result.ending == whole.ending)
      #expect(result.gradientNorms == whole.gradientNorms)
      #expect(bytes(result) == bytes(whole), "after \(moment) events")
    }
  }

  @Test("an interruption costs no epoch that is done, however short epochs are")
  func interruptions() throws {
    let setup = try TinyTraining.setup(options(.head, epochs: 12), labels: Self.labels, kept: 3)
    let identity = try TrainingIdentity(setup, weightsSHA256: "weights", dataSHA256: "data")
    for moment in stride(from: 2, through: 120, by: 17) {
      let checkpoint = Checkpoint(ofResult: folder.path + "/\(moment).safetensors", identity)
      var run = try TrainingRun(setup, checkpoint: checkpoint)
      var (events, finished) = (0, 0)
      #expect(throws: Interrupted.self) {
        _ = try run.run { event in
          events += 1
          guard events < moment else { throw Interrupted() }
          if case .epoch = event { finished += 1 }
        }
      }
      var resumed = try TrainingRun(setup, checkpoint: checkpoint, resumes: true)
      #expect(throws: Interrupted.self) {
        _ = try resumed.run { event in
          guard case .begun(let epochs) = event else { throw Interrupted() }
          #expect(epochs.count >= finished, "after \(moment) events")
        }
      }
    }
  }

  @Test("one thread and three give the same bytes", arguments: [TrainedLayers.head, .all])
  func threads(trained: TrainedLayers) throws {
    let results = try [1, 3].map { threads in
      var execution = ExecutionOptions()
      execution.threads = threads
      return try run(
        TinyTraining.setup(
          options(trained), labels: Self.labels, kept: 3, execution: execution))
    }
    #expect(bytes(results[0]) == bytes(results[1]))
    #expect(results[0].epochs == results[1].epochs)
  }

  @Test("a learning rate that is found changes nothing but the rate", arguments: ["sgd", "adam"])
  func rangeTest(optimizer: String) throws {
    var options = options(.all, optimizer: optimizer, rate: nil)
    let found = try run(TinyTraining.setup(options, labels: Self.labels, kept: 3))
    let test = try #require(found.rangeTest)
    #expect(test.points.count > 10 && test.points[0].learningRate == 1e-6)
    options.learningRate = test.chosen
    let given = try run(TinyTraining.setup(options, labels: Self.labels, kept: 3))
    #expect(bytes(given) == bytes(found) && given.epochs == found.epochs)
  }

  @Test("a head is trained as softmax regression on its features is in double precision")
  func regression() throws {
    var options = options(.head, rate: 0.1, epochs: 8)
    options.batch = Self.labels.count
    options.schedule = "constant"
    let setup = try TinyTraining.setup(options, labels: Self.labels)
    let result = try run(setup)
    let executor = Executor(setup.model.network, parameters: setup.parameters)
    let features = try Self.labels.indices.map {
      try executor.outputs(of: ["pooled"], for: TinyTraining.image($0))[0].elements.map(Double.init)
    }
    var (weights, biases) = ([[Double]](repeating: [0, 0, 0, 0, 0], count: 16), [0.0, 0, 0, 0, 0])
    var (momenta, biasMomenta) = (weights, biases)
    for _ in 0..<8 {
      var (gradients, biasGradients) = (weights.map { $0.map { 0.0005 * $0 } }, [0.0, 0, 0, 0, 0])
      for (row, label) in zip(features, Self.labels) {
        let logits = (0..<5).map { c in
          biases[c] + row.indices.reduce(0) { $0 + row[$1] * weights[$1][c] }
        }
        let exponentials = logits.map { exp($0) }
        let sum = exponentials.reduce(0, +)
        for c in 0..<5 {
          let seed = (exponentials[c] / sum - (c == label ? 1 : 0)) / Double(Self.labels.count)
          biasGradients[c] += seed
          for i in row.indices { gradients[i][c] += row[i] * seed }
        }
      }
      for c in 0..<5 {
        biasMomenta[c] = 0.9 * biasMomenta[c] + biasGradients[c]
        biases[c] -= 0.1 * biasMomenta[c]
        for i in weights.indices {
          momenta[i][c] = 0.9 * momenta[i][c] + gradients[i][c]
          weights[i][c] -= 0.1 * momenta[i][c]
        }
      }
    }
    let trained = bytes(result).mapValues { $0.map(Double.init) }
    #expect(trained.count == 2)
    expectClose(trained["fc/weights"] ?? [], weights.flatMap(\.self), relativeL2: 1e-4, "weights")
    expectClose(trained["fc/biases"] ?? [], biases, relativeL2: 1e-4, "biases")
    #expect(abs(result.epochs[0].training.crossEntropy - log(5)) < 1e-12)
  }

  @Test("all layers begin with an epoch of the new head alone, at its own rate")
  func warmUp() throws {
    let result = try run(TinyTraining.setup(options(.all), labels: Self.labels))
    #expect(result.epochs.map(\.isWarmUp) == [true, false, false, false, false])
    #expect(result.epochs[0].learningRate == 0.05)
    let head = try run(TinyTraining.setup(options(.all, epochs: 0), labels: Self.labels))
    let first = try TinyTraining.parameters(TinyTraining.model())
    for (name, values) in head.values where name.layer != "fc" {
      #expect(values.elements == first[name].tensor.elements, "\(name)")
    }
  }

  @Test("a loss that is no number stops the training at once, and the checkpoint before stays")
  func divergence() throws {
    let setup = try TinyTraining.setup(options(.all, rate: 1e30), labels: Self.labels)
    let identity = try TrainingIdentity(setup, weightsSHA256: "", dataSHA256: "")
    let checkpoint = Checkpoint(ofResult: folder.path + "/mine", identity)
    var run = try TrainingRun(setup, checkpoint: checkpoint, longestPause: .zero)
    var epochs = 0
    let result = try run.run { if case .epoch = $0 { epochs += 1 } }
    #expect(epochs == 1 && result.epochs.count == 1)
    guard case .diverged(let divergence) = result.ending else {
      Issue.record("it ended by \(result.ending)")
      return
    }
    #expect(divergence.epoch == 2 && divergence.step == 2)
    #expect(divergence.checkpoint == checkpoint.path)
    #expect(FileManager.default.fileExists(atPath: checkpoint.path))
  }

  @Test("a training without a lower loss ends, and gives the weights of its best epoch")
  func patience() throws {
    var options = options(.head, rate: 2, epochs: 40)
    options.schedule = "constant"
    options.patience = 2
    let setup = try TinyTraining.setup(options, labels: Self.labels, kept: 5)
    let result = try run(setup)
    let best = try #require(result.bestEpoch)
    #expect(result.ending == .patience && result.epochs.count == best + 3)
    let losses = result.epochs.map { $0.validation?.crossEntropy ?? 0 }
    #expect(losses[best] == losses.min())
    options.epochs = best + 1
    options.patience = nil
    let again = try run(TinyTraining.setup(options, labels: Self.labels, kept: 5))
    #expect(bytes(again) == bytes(result))
  }

  @Test("kept features are used, and what is wrong with their files changes nothing")
  func cache() throws {
    let cache = FeatureCache(folder: folder.path + "/features")
    let options = options(.head)
    let first = try run(
      TinyTraining.setup(options, labels: Self.labels, kept: 3, cache: cache))
    let unread = try TinyTraining.setup(options, labels: Self.labels, kept: 3, cache: cache)
      .replacing { photo in
        TrainingPhoto(name: photo.name, label: photo.label, sha256: photo.sha256) { _ in
          throw Interrupted()
        }
      }
    #expect(try bytes(run(unread)) == bytes(first))
    let files = try FileManager.default.contentsOfDirectory(
      at: folder.appending(path: "features"), includingPropertiesForKeys: nil)
    #expect(files.count == Self.labels.count)
    for (number, file) in files.enumerated() {
      var data = try Data(contentsOf: file)
      switch number % 4 {
      case 0: data.removeLast(4)
      case 1: data[data.count - 1] ^= 1
      case 2: data = Data()
      default: data += data
      }
      try data.write(to: file)
    }
    let again = try run(
      TinyTraining.setup(options, labels: Self.labels, kept: 3, cache: cache))
    #expect(bytes(again) == bytes(first))
    #expect(try bytes(run(unread)) == bytes(first))
    try Data().write(to: folder.appending(path: "file"))
    let nowhere = FeatureCache(folder: folder.path + "/file/features")
    let uncached = try run(
      TinyTraining.setup(options, labels: Self.labels, kept: 3, cache: nowhere))
    #expect(bytes(uncached) == bytes(first))
  }

  @Test("no more is kept on disk than the limit, the newest of it")
  func cacheLimit() throws {
    let folder = folder.appending(path: "features")
    let cache = FeatureCache(folder: folder.path, limit: 600)
    _ = try run(TinyTraining.setup(options(.head), labels: Self.labels, cache: cache))
    let files = try FileManager.default.contentsOfDirectory(
      at: folder, includingPropertiesForKeys: [.fileSizeKey])
    let sizes = try files.map { try $0.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0 }
    #expect(!sizes.isEmpty && sizes.reduce(0, +) <= 600)
  }

  @Test("a checkpoint of another training, or a damaged one, is refused in a sentence")
  func otherCheckpoints() throws {
    let setup = try TinyTraining.setup(options(.head), labels: Self.labels)
    let identity = try TrainingIdentity(setup, weightsSHA256: "one", dataSHA256: "data")
    let path = folder.path + "/mine.safetensors"
    var run = try TrainingRun(setup, checkpoint: Checkpoint(ofResult: path, identity))
    _ = try run.run { _ in }
    func refusal(_ options: TrainingOptions, weights: String = "one") throws -> String? {
      let setup = try TinyTraining.setup(options, labels: Self.labels)
      let identity = try TrainingIdentity(setup, weightsSHA256: weights, dataSHA256: "data")
      do {
        _ = try TrainingRun(setup, checkpoint: Checkpoint(ofResult: path, identity), resumes: true)
        return nil
      } catch {
        return "\(error)"
      }
    }
    #expect(try refusal(options(.head)) == nil)
    let file = path + ".checkpoint"
    #expect(
      try refusal(options(.head, rate: 0.5, epochs: 9))
        == "\(file): is of another training: --epochs was 4 and is 9, --learning-rate was 0.01 and is 0.5; "
        + "go on with what was given then, or begin anew with --force")
    #expect(
      try refusal(options(.head), weights: "two")?.contains("SHA-256 was one and is two") == true)
    let whole = try Data(contentsOf: URL(filePath: file))
    for length in [0, 7, 100, whole.count - 1] {
      try whole.prefix(length).write(to: URL(filePath: file))
      #expect(try refusal(options(.head))?.hasPrefix(file) == true, "\(length) bytes")
    }
  }

  @Test("layers that cannot be trained are named")
  func layerNames() throws {
    func refusal(_ names: [String], of model: Model = .vgg16CAM) throws -> String? {
      do throws(TrainingError) {
        _ = try TrainedLayers.layers(names).names(in: model)
        return nil
      } catch {
        return "\(error)"
      }
    }
    #expect(try refusal(["CAM_conv", "conv5_3"]) == nil)
    #expect(try refusal(["conv5_4"])?.contains("Did you mean 'conv5_1'?") == true)
    #expect(
      try refusal(["pool1"])
        == "vgg16-cam: the layer 'pool1' has nothing to train; name a layer with weights, or 'head' or 'all'"
    )
    #expect(
      try refusal(["conv_grp1"])
        == "conv_grp1: its weights are a part of CAM_conv's; train 'CAM_conv'")
  }
}

extension TrainingSetup {
  fileprivate func replacing(_ change: (TrainingPhoto) -> TrainingPhoto) -> TrainingSetup {
    TrainingSetup(
      model: model, parameters: parameters, options: options, photos: photos.map(change),
      training: training, validation: validation, execution: execution, cache: cache,
      version: version)
  }
}
