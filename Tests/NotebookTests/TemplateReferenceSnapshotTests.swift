import CAMNet
import Foundation
import Notebook
import TestSupport
import Testing

/// The tables of docs/templates.md, which say what there is to name in templates, as the program has it. `make renew-snapshots`
/// writes them anew.
@Suite struct TemplateReferenceSnapshotTests {
  /// The fields that the titles and prose of steps may have, by the keys of their words.
  private func stepFields() throws -> [String: Set<String>] {
    var fields: [String: Set<String>] = [:]
    let photo = try Photo(contentsOf: Fixture.example("cat.jpg"))
    let models = [
      Model.vgg16CAM, .efficientNetLite0, try OwnNetworks.small(), try OwnNetworks.modern(),
      try OwnNetworks.twoProducts(), try OwnNetworks.channels(),
      Model(try OwnNetworks.small().network, scoring: .sigmoid),
    ]
    let folder = try DataFolder()
    var writer = ONNXWriter.small(size: 64)
    writer.node("Sin", ["g"], ["bounded"])
    writer.outputs = ["bounded"]
    let file = try folder.write(writer.bytes, "own.onnx")
    let loaded =
      try models.map { try LoadedModel($0, weights: .synthetic(seed: "reference")) }
      + [LoadedModel(modelName: file, weights: nil, classes: nil)]
    for model in loaded {
      let hasGradients = (try? model.model.network.checkGradients()) != nil
      let walkthrough = try Walkthrough(
        model: model, options: InputOptions(size: 64, filter: .bicubic, fitting: .squeeze),
        words: Words(.english, .builtIn), methods: model.head == nil ? [] : ["grad-cam"],
        fineTuning: FineTuningOptions(hasGradients: hasGradients))
      for step in try walkthrough.plan(photo) {
        for key in step.keys {
          fields[key, default: step.fieldNames].formIntersection(step.fieldNames)
        }
      }
    }
    return fields
  }

  private func code(_ names: some Sequence<String>) -> String {
    names.sorted().map { "`\($0)`" }.joined(separator: " ")
  }

  /// The tables, as they are to stand in the page.
  private func tables() throws -> String {
    let known = WordsReference()
    let fields = try stepFields()
    let steps = known.entries.filter { !$0.isLabel && !$0.key.contains(".") }
    let layers = steps.filter { LayerKinds.operations.contains($0.key) }
    let ofLayers = try layers.map { try #require(fields[$0.key], "no network has a \($0.key)") }
    let common = ofLayers.reduce(ofLayers.first ?? []) { $0.intersection($1) }
    var lines = ["| layers | fields |", "|---|---|", "| all | \(code(common)) |"]
    lines += zip(layers, ofLayers).map { "| `\($0.key)` | \(code($1.subtracting(common))) |" }
    lines += ["", "| step | fields | fields of the result |", "|---|---|---|"]
    for step in steps where !LayerKinds.operations.contains(step.key) {
      let own = try #require(fields[step.key], "no walk-through has the step \(step.key)")
      lines.append("| `\(step.key)` | \(code(own)) | \(code(step.resultFields)) |")
    }
    let others = known.entries.filter { entry in
      !entry.key.hasSuffix(".first") && (entry.isLabel || entry.key.contains("."))
        && !Model.all.contains { entry.key.hasPrefix($0.name + ".") }
    }
    lines += ["", "| other entry | fields |", "|---|---|"]
    lines += others.filter { !$0.fields.isEmpty }.map { "| `\($0.key)` | \(code($0.fields)) |" }
    lines.append("| \(code(others.filter(\.fields.isEmpty).map(\.key))) | |")
    lines += ["", "| file | fields |", "|---|---|"]
    lines += known.layouts.map { "| `\($0.file)` | \(code($0.fields.subtracting(["."]))) |" }
    return lines.map { $0.replacing(" |  |", with: " | |").replacing("|  |", with: "| |") }
      .joined(separator: "\n")
  }

  @Test func `docs/templates.md lists the entries and fields that there are`() throws {
    let url = Fixture.project.appending(path: "docs/templates.md")
    let (begin, end) = ("<!-- What there is, by the program: -->\n", "\n<!-- so far -->")
    let page = try String(contentsOf: url, encoding: .utf8)
    let start = try #require(page.range(of: begin)?.upperBound)
    let stop = try #require(page.range(of: end)?.lowerBound)
    let tables = try tables()
    if ProcessInfo.processInfo.environment["CAMREPORT_RENEW_SNAPSHOTS"] == "1" {
      try Data((page[..<start] + tables + page[stop...]).utf8).write(to: url)
      return
    }
    #expect(page[start..<stop] == tables, "`make renew-snapshots` writes the tables anew")
  }

  @Test func `docs/templates.md names every file`() throws {
    let page = try String(
      contentsOf: Fixture.project.appending(path: "docs/templates.md"), encoding: .utf8)
    for file in TemplateFiles.copies { #expect(page.contains("| `\(file.name)` | ")) }
  }
}
