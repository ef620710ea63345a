import CAMNet
import Foundation
import Notebook
import Plot
import TestSupport
import Testing

/// The last section: a label's loss, each variable's gradient, and what a step of training changes.
@Suite struct FineTuningTests {
  private func report(
    _ loaded: LoadedModel, _ fineTuning: FineTuningOptions, photo: String? = nil,
    language: Language = .english
  ) throws -> Report {
    try Walkthrough(
      model: loaded,
      options: InputOptions(
        size: loaded.model.network.defaultSize, filter: .bicubic, fitting: .squeeze),
      words: Words(language, .builtIn), fineTuning: fineTuning
    ).run(Photo(contentsOf: photo ?? Fixture.example("cat.jpg")))
  }

  private func step(_ name: String, of report: Report) throws -> Step {
    try #require(report.steps.first { $0.name == name }, "no step \(name)")
  }

  /// The number in a cell of a step's table.
  private func number(_ text: String) throws -> Double {
    try #require(Double(text.replacing("−", with: "-").replacing(",", with: "")), "\(text)")
  }

  private struct Reference: Decodable {
    let seed: String
    let label: Int
    let crossEntropy: Double
    let weightDecay: Double
    let loss: Double
    let gradient: [String: ReferenceTensor]
  }

  @Test func `loss, decay and the lengths of all gradients of VGG16-CAM are TensorFlow's`() throws {
    let reference = try Fixture.json("vgg16cam-gradients.json", as: Reference.self)
    let photo = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).png")
    defer { try? FileManager.default.removeItem(at: photo) }
    let image = SyntheticWeights(seed: reference.seed).image(width: 224, height: 224)
    try Data(
      Raster(width: image.width, height: image.height, pixels: image.pixels).pngData()
    ).write(to: photo)
    let report = try report(
      LoadedModel(.vgg16CAM, weights: .synthetic(seed: reference.seed)),
      FineTuningOptions(label: reference.label, hasGradients: true), photo: photo.path)
    for (name, expected) in [
      ("loss", reference.crossEntropy), ("weight_decay", reference.weightDecay),
      ("total_loss", reference.loss),
    ] {
      let found = try #require(step(name, of: report).result.statistics?.mean)
      #expect(abs(found - expected) <= 1e-3 * expected, "\(name): \(found), \(expected)")
    }
    let table = try #require(step("trainable_variables", of: report).result.table)
    #expect(table.rows.count == reference.gradient.count)
    for row in table.rows {
      let expected = try #require(reference.gradient[row[0]], "\(row[0])").l2
      let found = try number(row[4])
      #expect(abs(found - expected) <= 1e-3 * expected, "\(row[0]): \(found), \(expected)")
    }
    let head = try #require(step("head_gradient", of: report).result.statistics)
    let expected = try #require(reference.gradient["CAM_fc/weights"])
    #expect(abs(head.l2Norm - expected.l2) <= 1e-3 * expected.l2)
    #expect(abs(Double(head.maximum) - expected.max) <= 1e-3 * expected.max)
  }

  @Test(arguments: Language.allCases)
  func `a step lowers the loss by about what a straight line would, and its parts add up`(
    language: Language
  ) throws {
    let loaded = try LoadedModel(OwnNetworks.small(), weights: .synthetic(seed: "step"))
    let report = try report(
      loaded, FineTuningOptions(label: 2, hasGradients: true), language: language)
    let taken = try step("sgd_step", of: report)
    let rows = try #require(taken.result.table).rows
    let numbers = try rows.map { try $0.dropFirst().map { try number($0) } }
    #expect(rows.count == 4 && rows[3][0].contains("scores"))
    for row in numbers {
      #expect(abs(row[1] - row[0] - row[2]) <= 2e-5 * row[0])
    }
    #expect(abs(numbers[0][2] + numbers[1][2] - numbers[2][2]) <= 1e-3 * abs(numbers[2][2]))
    let loss = try #require(step("loss", of: report).result.statistics).mean
    #expect(abs(numbers[0][0] - loss) <= 1e-5 * loss)
    #expect((0.07...0.13).contains(-numbers[0][2] / loss), "\(numbers)")
    #expect(numbers[3][2] < 0 && numbers[3][2] > numbers[2][2])
    let after = try #require(taken.result.statistics).mean
    #expect(abs(after - numbers[2][1]) <= 1e-5 * after)
  }

  @Test func `where no weight is anything, nothing moves, and the report says so`() throws {
    let model = try OwnNetworks.twoProducts()
    let zeros = WeightsStore(
      source: "zeros",
      tensors: model.network.parameters.map {
        (model.layout.names($0.name), Tensor(shape: $0.shape, repeating: 0))
      })
    let report = try report(LoadedModel(model, zeros), FineTuningOptions(hasGradients: true))
    let loss = try #require(step("loss", of: report).result.statistics).mean
    #expect(abs(loss - 1.3862944) < 1e-6)
    let text = try #require(step("sgd_step", of: report).result.text)
    #expect(text.contains("nothing moves"), "\(text)")
  }

  @Test func `logits that no product gives have a loss and a step, and no head's gradient`() throws
  {
    let network = try Network(
      name: "pooled", input: "pixels", defaultSize: 32,
      layers: [
        Layer(
          "maps", Convolution(Window(height: 3, width: 3), outputChannels: 3, hasBiases: true),
          "pixels"), Layer("scores", GlobalAveragePooling(), "maps"),
      ])
    let report = try report(
      LoadedModel(Model(network), weights: .synthetic(seed: "pooled")),
      FineTuningOptions(label: 0, hasGradients: true))
    #expect(!report.steps.contains { $0.name == "head_gradient" })
    let rows = try #require(step("sgd_step", of: report).result.table).rows
    #expect(try rows.count == 3 && number(rows[2][3]) < 0)
  }

  @Test func `a network without classes has no label and no gradients, and is told so`() throws {
    let loaded = try LoadedModel(
      OwnNetworks.small(hasHead: false), weights: .synthetic(seed: "none"))
    for options in [FineTuningOptions(label: 0), FineTuningOptions(hasGradients: true)] {
      #expect(throws: WalkthroughError.noClasses(model: "small")) { try report(loaded, options) }
    }
    let names = try report(loaded, FineTuningOptions()).steps.suffix(2).map(\.name)
    #expect(names == ["trainable_variables", "weight_decay"])
    #expect(throws: LabelError.self) { try loaded.classIndex(of: "0") }
  }

  @Test func `gradients too large for float32 end the run with a sentence about their variable`()
    throws
  {
    let model = try OwnNetworks.twoProducts()
    // Numbers by 10⁻³⁸ and then by 10³⁸: the outputs are moderate, and what changes them is not.
    let large = WeightsStore(
      source: "large",
      tensors: model.network.parameters.map { declaration in
        let count = declaration.shape.elementCount
        let values: [Float] =
          switch "\(declaration.name)" {
          case "conv/weights": [Float](repeating: 1, count: count)
          case "hidden/weights": [Float](repeating: 2e-38, count: count)
          case "scores/weights": (0..<count).map { $0 % 4 == 0 ? 3e38 : -3e38 }
          default: [Float](repeating: 0, count: count)
          }
        return (model.layout.names(declaration.name), Tensor(shape: declaration.shape, values))
      })
    let report = try report(
      LoadedModel(model, large), FineTuningOptions(label: 1, hasGradients: true))
    let failure = try #require(report.failure)
    #expect(failure.contains("the gradient of '") && failure.contains("weights file"), "\(failure)")
  }

  @Test func `a class goes by its name, a synonym or its number, whatever the capitals`() throws {
    let network = try OwnNetworks.twoProducts().network
    let loaded = try LoadedModel(
      Model(network, classNames: ["tabby, tabby cat", "crane", "crane, digger", "1"]),
      weights: .synthetic(seed: "names"))
    #expect(try loaded.classIndex(of: "Tabby Cat") == 0)
    #expect(try loaded.classIndex(of: "tabby, tabby cat") == 0)
    #expect(try loaded.classIndex(of: "crane") == 1, "a whole name goes before a synonym")
    #expect(try loaded.classIndex(of: "digger") == 2)
    #expect(try loaded.classIndex(of: "2") == 2)
    #expect(try loaded.classIndex(of: "1") == 3, "a name goes before a number")
    for label in ["", "4", "-1", "tiger", "99999999999999999999"] {
      let error = try #require(throws: LabelError.self) { try loaded.classIndex(of: label) }
      #expect("\(error)".contains("from 0 to 3"), "\(error)")
    }
  }
}
