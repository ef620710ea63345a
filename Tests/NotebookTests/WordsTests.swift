import CAMNet
import Foundation
import Notebook
import TestSupport
import Testing

/// The prose of every step, in the report as a reader gets it.
@Suite struct WordsTests {
  private func report(
    _ weights: String?, size: InputSize, language: Language = .english
  ) throws -> Report {
    let model = try LoadedModel(
      modelName: nil, weights: weights.map(WeightsSource.init), classes: nil)
    let options = InputOptions(size: size, filter: .bicubic, fitting: .squeeze)
    return try Walkthrough(model: model, options: options, words: Words(language, .builtIn))
      .run(Photo(contentsOf: Fixture.example("cat.jpg")))
  }

  @Test(arguments: [nil, "synthetic:camreport"])
  func `every step has a title, prose and code, with no field left open`(weights: String?) throws {
    let report = try report(weights, size: 64)
    #expect(report.steps.count > 45)
    for step in report.steps {
      #expect(!step.title.isEmpty && step.title != step.operation, "\(step.name)")
      #expect(step.prose.count > 20, "\(step.name)")
      #expect(!step.code.isEmpty, "\(step.name)")
      for text in [step.title, step.prose, step.result.text ?? ""] {
        #expect(!text.contains("{{") && !text.contains("}}"), "\(step.name)")
      }
    }
    #expect(Set(report.steps.map(\.name)).count == report.steps.count)
    #expect(report.steps.map(\.number) == Array(1...report.steps.count))
  }

  @Test(arguments: [nil, "synthetic:camreport"])
  func `every step has its prose in every language`(weights: String?) throws {
    let english = try report(weights, size: 64)
    for language in Language.allCases where language != .english {
      let other = try report(weights, size: 64, language: language)
      for (step, translated) in zip(english.steps, other.steps) {
        let texts = [
          (step.title, translated.title), (step.prose, translated.prose),
          (step.result.text ?? "", translated.result.text ?? ""),
        ]
        // A result that is a formula alone is the same in all of them.
        for (text, words) in texts where text.contains(/[a-z]{3}/) {
          #expect(words != text && !words.isEmpty, "\(step.name)")
          #expect(!words.contains("{{") && !words.contains("}}"), "\(step.name)")
        }
        #expect(translated.code == step.code)
        #expect(
          translated.result.figures.map(\.caption) != step.result.figures.map(\.caption)
            || step.result.figures.isEmpty)
      }
    }
  }

  @Test func `every language has the same entries`() throws {
    let english = try Words(.english, .builtIn).keys
    for language in Language.allCases {
      #expect(try Words(language, .builtIn).keys == english)
    }
  }

  @Test func `all of camreport's own templates can be used`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "camreport-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    // A person's own are looked through when they are read: any change makes them that.
    for file in TemplateFiles.copies {
      try Data(file.contents() + [UInt8(ascii: "\n")]).write(to: folder.appending(path: file.name))
    }
    let files = try TemplateFiles(folder: folder.path)
    for language in Language.allCases {
      #expect(try Words(language, files).keys == Words(language, .builtIn).keys)
    }
    _ = try Layout(files)
  }

  @Test func `a layer's code line is the layer's own`() throws {
    let report = try report(nil, size: 64)
    for layer in Network.efficientNetLite0.layers {
      let step = try #require(report.steps.first { $0.name == layer.name })
      #expect(step.code == layer.code)
    }
  }

  @Test func `each block's last layer and the last feature maps show their most active channels`()
    throws
  {
    let report = try report(nil, size: 64)
    let withFigures = report.steps.filter { $0.section == .network && !$0.result.figures.isEmpty }
    #expect(withFigures.count == 17)
    #expect(withFigures.last?.name == "features")
    #expect(withFigures.contains { $0.name == "block2_add" })
    for step in withFigures {
      for figure in step.result.figures { #expect(!figure.alternativeText.isEmpty) }
    }
  }

  @Test func `the checks hold: the map adds up to the logit, and both orders of upsampling agree`()
    throws
  {
    let report = try report(nil, size: 224)
    let biases = ParameterName(layer: "logits", role: .biases)
    for explanation in report.explanations {
      let (prediction, map) = (explanation.prediction.prediction, explanation.map)
      let mean = map.elements.reduce(0) { $0 + Double($1) } / Double(map.count)
      let bias = report.model.executor.parameters[biases].stored[flat: prediction.index]
      let logit = Double(prediction.logit)
      #expect(abs(mean + Double(bias) - logit) < 1e-4 * abs(logit))
    }
    #expect(report.explanations.count == 5)
    let text = try #require(report.steps.first { $0.name == "upsampled" }?.result.text)
    #expect(text.contains("1,280 times less work"))
  }

  @Test func `bars are as long as the probabilities, however small`() throws {
    let report = try report("synthetic:camreport", size: 64)
    let files = try HTMLExporter(record: .example(report), layout: Layout(.builtIn)).files(
      for: report)
    let page = String(decoding: try #require(files.first).contents(), as: UTF8.self)
    let widths = page.matches(of: /class="bar" style="width: ([0-9.]+)%"/).compactMap {
      Double($0.1)
    }
    #expect(widths.count == 5)
    for (width, labelled) in zip(widths, report.predictions) {
      #expect(abs(width - labelled.prediction.probability * 100) < 0.01)
    }
  }
}

extension RunRecord {
  /// A record of a report from no particular machine.
  static func example(_ report: Report) throws -> RunRecord {
    RunRecord(
      report, layout: try Layout(.builtIn), version: "test", command: ["camreport"],
      environment: Environment(
        operatingSystem: "test", architecture: "test", cpu: "test", cores: 1,
        kernels: "test"))
  }
}
