import CAMNet
import Foundation
import Notebook
import TestSupport
import Testing

/// Grad-CAM beside the class activation map, where it is asked for.
@Suite struct GradCAMTests {
  private func report(
    _ model: Model, methods: [String], language: Language = .english
  ) throws -> Report {
    try Walkthrough(
      model: LoadedModel(model, weights: .synthetic(seed: "grad")),
      options: InputOptions(size: model.network.defaultSize, filter: .bicubic, fitting: .squeeze),
      words: Words(language, .builtIn), methods: methods
    ).run(Photo(contentsOf: Fixture.example("cat.jpg")))
  }

  @Test
  func `the map is the slope of the logit with the features, averaged, summed and cut at zero`()
    throws
  {
    let model = try OwnNetworks.small()
    let report = try report(model, methods: ["grad-cam"])
    let features = try #require(report.steps.first { $0.name == "twice" }).outputShape
    let (rows, columns) = (try #require(features)[1], try #require(features)[2])
    let weights = report.model.executor.parameters[
      ParameterName(layer: "scores", role: .weights)
    ].tensor
    let photo = report.input.image
    let maps = try report.model.executor.outputs(of: ["twice"], for: photo)[0]
    for explanation in report.explanations where explanation.method == "grad-cam" {
      let index = explanation.prediction.prediction.index
      #expect(explanation.map.shape == [rows, columns])
      for place in 0..<rows * columns {
        var sum = 0.0
        for channel in 0..<20 {
          // The logit is Σ weight · mean: one place of rows · columns moves the mean by one part of as many.
          let slope = Double(weights[flat: channel * 3 + index]) / Double(rows * columns)
          sum += slope * Double(maps[flat: place * 20 + channel])
        }
        #expect(abs(Double(explanation.map[flat: place]) - max(sum, 0)) < 1e-6)
      }
    }
  }

  @Test func `it is off unless asked for, and its maps then come after the class activation maps`()
    throws
  {
    let model = try OwnNetworks.small()
    let without = try report(model, methods: [])
    #expect(!without.steps.contains { $0.name == "grad_cam" })
    #expect(Set(without.explanations.map(\.method)) == ["cam"])
    let with = try report(model, methods: ["grad-cam"])
    #expect(
      with.explanations.map(\.method) == ["cam", "cam", "cam"] + [
        "grad-cam", "grad-cam", "grad-cam",
      ])
    let names = PictureExporter().files(for: with).map(\.name)
    #expect(names.contains("grad-cam-1.png") && names.contains("grad-cam-2.npy"))
    #expect(try RunRecord.example(with).options.methods == ["grad-cam"])
    #expect(try RunRecord.example(without).options.methods == nil)
  }

  @Test(arguments: Language.allCases)
  func `the step says that the identity holds, to rounding`(language: Language) throws {
    let report = try report(OwnNetworks.small(), methods: ["grad-cam"], language: language)
    let step = try #require(report.steps.first { $0.name == "grad_cam" })
    let text = try #require(step.result.text)
    #expect(text.contains("float32") && !text.contains("**"), "\(text)")
    let table = try #require(step.result.table)
    for row in table.rows { #expect(row[1].prefix(6) == row[2].prefix(6), "\(row)") }
  }

  @Test func `weights by gradient are what a class's logit changes by with the maps`() throws {
    let model = try OwnNetworks.modern()
    let report = try report(model, methods: ["grad-cam"])
    let executor = report.model.executor
    let head = try #require(report.model.head)
    #expect(head.kind == .gradient && head.features == "centred")
    let features = try executor.outputs(of: [head.features], for: report.input.image)[0]
    let channels = features.shape[3]
    let weights = executor.parameters[ParameterName(layer: "scores", role: .weights)].tensor
    let places = features.count / channels
    for explanation in report.explanations {
      let index = explanation.prediction.prediction.index
      // The row has one map after the other.
      let slopes = (0..<channels).map { channel in
        (0..<places).reduce(0.0) {
          $0 + Double(weights[flat: (channel * places + $1) * 4 + index])
        } / Double(places)
      }
      for place in 0..<places {
        let sum = (0..<channels).reduce(0.0) {
          $0 + slopes[$1] * Double(features[flat: place * channels + $1])
        }
        let expected = explanation.method == "cam" ? sum : max(sum, 0)
        #expect(abs(Double(explanation.map[flat: place]) - expected) < 1e-5)
      }
    }
  }

  @Test func `a network without a head has no such map, which is said with the reason`() throws {
    let model = try OwnNetworks.headless()
    let error = try #require(throws: WalkthroughError.self) {
      _ = try self.report(model, methods: ["grad-cam"])
    }
    #expect("\(error)".contains("grad-cam") && "\(error)".contains("more than one pixel"))
  }
}
