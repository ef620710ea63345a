import CAMNet
import Foundation
import Notebook
import TestSupport
import Testing

/// Networks of one's own: loaded, walked through, locked, timed and verified as the built-in ones are.
@Suite struct OwnNetworkTests {
  private func walkthrough(
    _ model: Model, language: Language = .english, size: InputSize? = nil
  ) throws -> Walkthrough {
    try Walkthrough(
      model: LoadedModel(model, weights: .synthetic(seed: "own")),
      options: InputOptions(
        size: size ?? model.network.defaultSize, filter: .bicubic, fitting: .squeeze),
      words: Words(language, .builtIn))
  }

  private func report(_ model: Model, language: Language = .english) throws -> Report {
    try walkthrough(model, language: language).run(Photo(contentsOf: Fixture.example("cat.jpg")))
  }

  private func markdown(_ report: Report) throws -> String {
    let files = try MarkdownExporter(path: "report.md").files(for: report)
    return String(decoding: try #require(files.last).contents(), as: UTF8.self)
  }

  private func page(_ report: Report) throws -> String {
    let files = try HTMLExporter(record: .example(report), layout: Layout(.builtIn))
      .files(for: report)
    return String(decoding: try #require(files.first).contents(), as: UTF8.self)
  }

  @Test func `the ten lines of README walk through a network of one's own`() throws {
    let network = try Network(
      name: "tiny", input: "pixels", defaultSize: 64,
      layers: [
        Layer(
          "edges",
          Convolution(Window(height: 3, width: 3), outputChannels: 8, activation: .relu),
          "pixels"),
        Layer("gap", GlobalAveragePooling(), "edges"),
        Layer("logits", Dense(outputs: 2, hasBiases: true), "gap"),
      ])
    let model = Model(network, classNames: ["cat", "cup"])
    let loaded = try LoadedModel(model, weights: .synthetic(seed: "tiny"))
    let options = InputOptions(size: 64, filter: .bicubic, fitting: .squeeze)
    let words = try Words(.english, .builtIn)
    let report = try Walkthrough(model: loaded, options: options, words: words)
      .run(Photo(contentsOf: Fixture.example("cat.jpg")))
    #expect(report.predictions.map(\.label).sorted() == ["cat", "cup"])
    #expect(report.explanations.map(\.map.shape) == [[64, 64], [64, 64]])
  }

  @Test(arguments: Language.allCases)
  func `words say what this network is, and nothing of the built-in ones`(language: Language) throws
  {
    let model = try OwnNetworks.small()
    let report = try report(model, language: language)
    let steps = Dictionary(uniqueKeysWithValues: report.steps.map { ($0.name, $0) })
    let texts = try [
      "scaled", "conv", "grouped", "mixed", "added", "pool", "wide", "scores", "again", "twice",
    ].map { try #require(steps[$0]).title + "\n" + (steps[$0]?.prose ?? "") }
    func expect(_ index: Int, has: [String], lacks: [String] = []) {
      for text in has { #expect(texts[index].contains(text), "\(texts[index])") }
      for text in lacks { #expect(!texts[index].contains(text), "\(texts[index])") }
    }
    expect(0, has: ["120, 110, 100", "60, 59, 58"], lacks: ["127", "128"])
    // Without padding and without a bias; a fifth of a network is no half.
    expect(1, has: ["5×3", "60 × 60", "19 × 20", "ReLU"], lacks: ["SAME"])
    expect(2, has: ["3×3×4", "ReLU6"])
    expect(3, has: ["1×1"], lacks: ["3×3"])
    expect(9, has: ["`again`", "`wide`"])
    expect(5, has: ["3×3", "19 × 20", "7 × 7"], lacks: ["2×2"])
    expect(7, has: ["20"], lacks: ["notebook", "노트북"])
    if language == .english {
      expect(1, has: ["reads", "becomes"].suffix(1), lacks: ["A bias is added", "half the rows"])
      expect(2, has: ["Bias and ReLU6 follow"])
      expect(3, has: ["8 maps become 8"], lacks: ["narrows", "ninth"])
      expect(4, has: ["the block only has to learn a correction"])
      expect(8, has: ["as many others"], lacks: ["depthwise", "widen", "narrow", "the block"])
      expect(9, has: ["value by value"], lacks: ["block"])
      expect(7, has: ["A bias for each class is added"])
    }
  }

  @Test(arguments: [
    (
      Language.english, "The rows it covers lie 1 apart, the columns 2.",
      "With stride 2×1 the window moves 2 down or 1 across at a time, so 60 × 60 becomes 30 × 60."
    ),
    (
      .korean, "창이 덮는 행은 1칸씩, 열은 2칸씩 떨어져 있습니다.",
      "창은 한 번에 아래로 2픽셀, 옆으로 1픽셀씩 움직이고, 60 × 60에서 30 × 60로 바뀝니다."
    ),
  ])
  func `words have both numbers where a window's differ by axis`(
    language: Language, dilations: String, strides: String
  ) throws {
    let window = Window(
      height: 3, width: 3, strides: Window.PerAxis(vertical: 2, horizontal: 1),
      dilations: Window.PerAxis(vertical: 1, horizontal: 2))
    let network = try Network(
      name: "uneven", input: "pixels", defaultSize: 60,
      layers: [
        Layer("edges", Convolution(window, outputChannels: 4), "pixels"),
        Layer("gap", GlobalAveragePooling(), "edges"),
        Layer("scores", Dense(outputs: 2, hasBiases: true), "gap"),
      ])
    let report = try report(Model(network), language: language)
    let prose = try #require(report.steps.first { $0.name == "edges" }?.prose)
    #expect(prose.contains(dilations) && prose.contains(strides), "\(prose)")
  }

  @Test func `the input has the network's name for it`() throws {
    let report = try report(OwnNetworks.small())
    let step = try #require(report.steps.first { $0.name == "pixels" })
    #expect(step.code == "pixels = expand_dims(img, axis=0)")
    #expect(step.operation == "images")
    #expect(!report.steps.contains { $0.name == "images" })
  }

  @Test func `finite weights that make an infinite map end the run with a sentence`() throws {
    let model = try OwnNetworks.small()
    let store = SyntheticWeights(seed: "own").store(for: model)
    let photo = try Photo(contentsOf: Fixture.example("cat.jpg"))
    let features = try LoadedModel(model, store).executor.outputs(
      of: ["twice"], for: photo.image.prepared(size: 60, filter: .bicubic, fitting: .squeeze).image)[
        0]
    let sums = (0..<features.count / 20).map { place in
      (0..<20).reduce(0.0) { $0 + Double(features[flat: place * 20 + $1]) }
    }
    // The sum at one place is too large for float32, the mean of all is not.
    let large = Float(4e38 / (sums.max() ?? 1))
    let tensors = try store.entries.map { entry in
      let tensor = try store.tensor(named: entry.name)
      guard entry.name == "scores/weights" else { return (entry.name, tensor) }
      return (entry.name, Tensor(shape: tensor.shape, repeating: large))
    }
    let loaded = try LoadedModel(model, WeightsStore(source: "large", tensors: tensors))
    for methods in [[], WalkthroughMethods.others] {
      let report = try Walkthrough(
        model: loaded, options: InputOptions(size: 60, filter: .bicubic, fitting: .squeeze),
        words: Words(.english, .builtIn), methods: methods
      ).run(photo)
      #expect(try #require(report.failure).contains("the map of class"))
      #expect(report.steps.first { $0.status != .completed }?.name == "class_map")
      #expect(try page(report).contains("class_map"))
    }
  }

  @Test func `weights in memory are neither a file's nor made up`() throws {
    let model = try OwnNetworks.small()
    let store = SyntheticWeights(seed: "memory").store(for: model)
    let tensors = try store.entries.map { ($0.name, try store.tensor(named: $0.name)) }
    let loaded = try LoadedModel(model, WeightsStore(source: "trained", tensors: tensors))
    let report = try Walkthrough(
      model: loaded, options: InputOptions(size: 60, filter: .bicubic, fitting: .squeeze),
      words: Words(.english, .builtIn)
    ).run(Photo(contentsOf: Fixture.example("cat.jpg")))
    #expect(report.steps[0].prose.contains("handed over by the program"))
    #expect(try !markdown(report).contains("made up from a formula"))
    #expect(try RunRecord.example(report).weights.source == "trained")
  }

  @Test func `classes without names are called by their numbers, and the words say so`() throws {
    let report = try report(OwnNetworks.small(classes: 12))
    #expect(report.predictions.count == 5)
    for labelled in report.predictions {
      #expect(labelled.label == "class \(labelled.prediction.index)")
    }
    let step = try #require(report.steps.first { $0.name == "class_names" })
    #expect(step.prose.contains("12 classes") && step.prose.contains("`--classes`"))
    #expect(step.prose.contains("‘class 4’, …"))
  }

  @Test(arguments: Language.allCases)
  func `a network of one class is walked through and speaks of no second`(language: Language) throws
  {
    let report = try report(OwnNetworks.small(classes: 1), language: language)
    #expect(report.steps.allSatisfy { $0.status == .completed })
    #expect(report.predictions.count == 1 && report.explanations.count == 1)
    let markdown = try markdown(report)
    #expect(!markdown.contains("{{"))
    #expect(!markdown.contains("label_2"))
    if language == .english {
      for word in ["second choice", "on the right", "two classes", "both classes", "The five most"]
      {
        #expect(!markdown.contains(word), "\(word)")
      }
    }
    #expect(try page(report).contains("id=\"maps\""))
  }

  @Test(arguments: Language.allCases)
  func `a report says what a class's map is made by, and claims a sum only where there is one`(
    language: Language
  ) throws {
    for (model, names, kind) in [
      (
        try OwnNetworks.twoProducts(),
        ["matrix_weights", "class_map", "mean_is_logit", "contributions"], "matrix"
      ),
      (try OwnNetworks.channels(), ["channel_weights", "class_map", "mean_is_logit"], "channels"),
      (try OwnNetworks.modern(), ["gradient_weights", "gradient_map"], "gradient"),
    ] {
      let report = try Walkthrough(
        model: LoadedModel(model, weights: .synthetic(seed: "own")),
        options: InputOptions(size: model.network.defaultSize, filter: .bicubic),
        words: Words(language, .builtIn), methods: ["grad-cam"]
      ).run(Photo(contentsOf: Fixture.example("cat.jpg")))
      #expect(report.failure == nil)
      let steps = report.steps.filter { $0.section == .localization }
      #expect(
        steps.map(\.name) == names + ["upsampled", "normalized", "overlay", "grad_cam"],
        "\(model.name)")
      for name in model.network.layers.suffix(1).map(\.name) {
        #expect(steps[0].prose.contains("`\(name)`"), "\(steps[0].prose)")
      }
      #expect(report.explanations.count == 2 * report.predictions.count)
      #expect(try RunRecord.example(report).options.mapWeights == kind)
      let text = try markdown(report)
      #expect(!text.contains("{{"))
      if let check = steps.first(where: { $0.name == "mean_is_logit" }) {
        #expect(
          check.result.text?.contains("float32") == true
            && !(check.result.text ?? "*").contains("**"))
      }
      let page = try page(report)
      #expect(page.contains("id=\"explorer\""))
      #expect(
        page.contains(language == .english ? "into the logit of" : "로짓 {logit} 가운데")
          == (kind != "gradient"))
    }
  }

  @Test(arguments: Language.allCases)
  func `a network without a head is walked through, and a sentence says why it has no map`(
    language: Language
  ) throws {
    let report = try report(OwnNetworks.headless(), language: language)
    #expect(report.steps.allSatisfy { $0.status == .completed })
    #expect(report.predictions.count == 4 && report.explanations.isEmpty)
    #expect(!report.steps.contains { $0.section == .localization })
    let heading = try #require(try markdown(report).split(separator: "\n").first)
    #expect(heading.contains(report.predictions[0].label))
    #expect(heading.contains(language == .english ? "more than one pixel" : "픽셀이 둘 이상인"))
    let page = try page(report)
    #expect(!page.contains("id=\"explorer\"") && !page.contains("id=\"maps\""))
    #expect(page.matches(of: /<figure>/).count == 1, "the photo alone")
  }

  @Test func `a network that gives no classes is walked through to its last layer`() throws {
    let report = try report(OwnNetworks.small(hasHead: false))
    #expect(report.steps.allSatisfy { $0.status == .completed })
    #expect(report.predictions.isEmpty)
    #expect(!report.steps.contains { $0.section == .prediction || $0.name == "class_names" })
    #expect(try markdown(report).hasPrefix("# A small network puts out (1, 7, 7, 20)"))
  }

  @Test func `networks of one's own are locked, checked, recorded and verified`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "camreport-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for model in [
      try OwnNetworks.small(), try OwnNetworks.headless(), try OwnNetworks.twoProducts(),
      try OwnNetworks.channels(), try OwnNetworks.modern(),
    ] {
      let walkthrough = try walkthrough(model)
      let photo = try Photo(contentsOf: Fixture.example("cat.jpg"))
      let run = try LockRun(
        walkthrough.model, photo: photo, options: walkthrough.options, words: walkthrough.words,
        folder: folder.path)
      let size = model.network.defaultSize
      var locked = try LockedModel(model.network, size: size)
      locked.run = run.run
      let text = try Lock(models: [model.name: locked]).text()
      let check = LockCheck(
        try Lock(Data(text.utf8), file: "lock"), text: LockText(Data(text.utf8)),
        file: folder.appending(path: "lock").path, names: [],
        options: .init(size: nil, image: nil, weights: nil, classes: nil, tolerance: 1e-3),
        words: walkthrough.words, known: [model])
      #expect(check.agrees, "\(check.differences)")

      let report = try walkthrough.run(photo)
      let record = try RunRecord.example(report)
      try ReportWriter(folder: folder.path).write(
        report, record: record, layout: Layout(.builtIn))
      let again = try RecordedRun(
        contentsOf: folder.appending(path: "run.json").path, folders: [], models: [model])
      let verification = RunVerification(
        record, try again.run(version: "test", environment: record.environment), tolerance: 1e-3)
      #expect(verification.agrees)
      #expect(try Benchmark(walkthrough.model, runs: 1).layers.count == model.network.layers.count)
    }
  }

  @Test func `a fine-tuned head of ten classes is read, with names of one's own or numbers`() throws
  {
    let folder = FileManager.default.temporaryDirectory.appending(path: "camreport-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let good = try Model.efficientNetLite0.embeddedWeights()
    let tensors = try good.entries.map { entry in
      let tensor = try good.tensor(named: entry.name)
      switch entry.name {
      case "_fc.weight":
        return (entry.name, Tensor(shape: [10, 1280], Array(tensor.elements.prefix(12_800))))
      case "_fc.bias": return (entry.name, Tensor(shape: [10], Array(tensor.elements.prefix(10))))
      default: return (entry.name, tensor)
      }
    }
    let weights = folder.appending(path: "ten.safetensors").path
    try WeightsStore(source: "ten", tensors: tensors).write(to: weights)
    let names = folder.appending(path: "names.txt")
    try Data((0..<10).map { "fish \($0)\n" }.joined().utf8).write(to: names)
    for (classes, label) in [(nil, "class 3"), (names.path, "fish 3")] {
      let model = try LoadedModel(modelName: nil, weights: .file(weights), classes: classes)
      #expect(model.classNames.count == 10 && model.classNames[3] == label)
      #expect(model.model.network.layers.last?.name == "logits")
    }
  }

  @Test func `a kernel that layers share is split by its name, into parts as they are`() throws {
    let window = Window(height: 3, width: 3)
    func part(_ range: Range<Int>) -> Layer {
      Layer(
        "part\(range.lowerBound)", Convolution(window, outputChannels: range.count), "before",
        weights: .init(of: "shared", outputChannels: range))
    }
    let network = try Network(
      name: "parts", input: "pixels", defaultSize: 16,
      layers: [
        // Its weights have the shape of the shared ones.
        Layer("before", Convolution(window, outputChannels: 3), "pixels"), part(0..<1),
        part(1..<3), Layer("joined", Concat(), "part0", "part1"),
      ])
    let report = try report(Model(network))
    let names = report.steps.map(\.name)
    #expect(names.firstIndex(of: "kernels") == names.firstIndex(of: "part0").map { $0 - 1 })
    let step = try #require(report.steps.first { $0.name == "kernels" })
    #expect(step.code == "kernel1, kernel2 = W[..., 0:1], W[..., 1:3]")
    #expect(step.inputShapes == [[3, 3, 3, 3]] && step.outputShape == [3, 3, 3, 1])
    let shared = report.model.executor.parameters[
      ParameterName(layer: "shared", role: .weights)
    ].tensor.elements
    let first = Tensor(shape: [27], stride(from: 0, to: 81, by: 3).map { shared[$0] })
    #expect(step.result.statistics?.maximum == first.statistics?.maximum)
    #expect(step.title.contains("shared") && step.prose.contains("3×3×3×1"))
  }

  // MARK: Names

  private func network(_ layers: Layer..., input: String = "pixels") throws -> Model {
    Model(try Network(name: "named", input: input, defaultSize: 16, layers: layers))
  }

  private let convolution = Convolution(
    Window(height: 3, width: 3), outputChannels: 3, hasBiases: true)

  @Test(arguments: ["block1.conv", "1st", "", "conv-1", "lambda", "größe"])
  func `a layer's name that is no Python name is refused by name`(name: String) {
    #expect(throws: NetworkError.notAName(name)) {
      try self.network(Layer(name, self.convolution, "pixels"))
    }
  }

  @Test func `a layer may not have the name of a step, nor of a function that notebooks call`()
    throws
  {
    let step = try network(Layer("photo", convolution, "pixels"))
    #expect(throws: WalkthroughError.duplicateStep("photo")) { try self.walkthrough(step) }
    for name in ["relu", "print", "np", "resize_bilinear"] {
      let function = try network(Layer(name, convolution, "pixels"))
      #expect(throws: WalkthroughError.reservedName(layer: name)) {
        try self.walkthrough(function)
      }
    }
    // A function that is called for the last time may give its name to what it made.
    let last = try network(Layer("dropout", Dropout(), "pixels"))
    _ = try walkthrough(last)
    let twice = try network(
      Layer("dropout", Dropout(), "pixels"), Layer("again", Dropout(), "dropout"))
    #expect(throws: WalkthroughError.reservedName(layer: "dropout")) {
      try self.walkthrough(twice)
    }
  }

  @Test func `a layer named as a parameter is refused where a notebook would overwrite it`() throws
  {
    let read = try network(
      Layer("b", convolution, "pixels"), Layer("next", convolution, "b"),
      Layer("sum", Add(), "next", "b"))
    #expect(
      throws: WalkthroughError.overwrittenName(layer: "b", by: "next", reader: "sum")
    ) { try self.walkthrough(read) }
    let unread = try network(Layer("b", Dropout(), "pixels"), Layer("next", Dropout(), "b"))
    _ = try walkthrough(unread)
  }
}
