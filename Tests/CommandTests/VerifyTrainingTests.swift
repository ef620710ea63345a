import CAMNet
import Foundation
import TestSupport
import Testing

/// A training's record trained again, and training timed.
@Suite struct VerifyTrainingTests {
  private let folder: Folder

  init() throws {
    folder = try Folder()
    try folder.makeTrainingPhotos()
    let outcome = try Command.run(
      Command.binary,
      [
        "finetune", "photos", "--size", "32", "--epochs", "3", "--train", "features,logits",
        "--validation", "0.5", "--augment", "flip", "--out", "mine.safetensors", "--html", "out",
      ], in: folder, environment: ["XDG_CACHE_HOME": folder.path("cache")])
    try #require(outcome.status == 0, "\(outcome.errors)")
  }

  private func verify(_ arguments: String...) throws -> Command.Outcome {
    try Command.run(Command.binary, ["verify"] + arguments, in: folder)
  }

  @Test func `what was trained is found to agree, to the last digit`() throws {
    let outcome = try verify("out/training.json", "--tolerance", "0")
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    let checks = outcome.lines.filter { $0.hasPrefix("  ") }
    #expect(checks.count > 10 && checks.allSatisfy { $0.hasPrefix("  ✓ ") })
    for name in ["network", "data", "options", "epoch 3", "ending", "photos", "logits/weights"] {
      #expect(checks.contains("  ✓ \(name)"), "\(name)")
    }
    #expect(
      outcome.lines.last == "\(checks.count) of \(checks.count) checks agree, to the last digit")
    // Nothing is written.
    #expect(try folder.names() == ["cache", "mine.safetensors", "out", "photos"])
  }

  @Test func `another photo in the place of one is told`() throws {
    try folder.write(
      "photos/dark/0.bmp", TinyTraining.image(99, side: 32).bmpData)
    let outcome = try verify("out/training.json")
    #expect(outcome.status == 1)
    #expect(outcome.lines.contains("  ✗ data"))
    #expect(outcome.output.contains("      photos and labels was "))
    #expect(outcome.lines.last?.hasSuffix("; the first that differs is data") == true)
  }

  @Test func `numbers that are not what the training gives are named, within a tolerance`() throws {
    var record = try folder.json("out/training.json")
    var epochs = try #require(record["epochs"] as? [[String: Any]])
    var losses = try #require(epochs[1]["training"] as? [String: Any])
    let crossEntropy = try #require(losses["crossEntropy"] as? Double)
    losses["crossEntropy"] = crossEntropy * 1.01
    epochs[1]["training"] = losses
    record["epochs"] = epochs
    var variables = try #require(record["variables"] as? [[String: Any]])
    let last = variables.count - 1
    variables[last]["norm"] = 1000
    record["variables"] = variables
    try folder.write("changed.json", JSONSerialization.data(withJSONObject: record))
    let outcome = try verify("changed.json")
    #expect(outcome.status == 1)
    let wrong = outcome.lines.filter { $0.hasPrefix("  ✗ ") }
    let name = try #require(variables[last]["name"] as? String)
    #expect(wrong == ["  ✗ epoch 2", "  ✗ \(name)"])
    #expect(outcome.output.contains("      training: cross entropy was "))
    #expect(outcome.output.contains("      norm was 1000, is "))
    #expect(outcome.lines.last?.hasSuffix("; the first that differs is epoch 2") == true)
    let loose = try verify("changed.json", "--tolerance", "0.02")
    #expect(loose.lines.contains { $0.hasPrefix("  ✓ epoch 2  within ") })
    #expect(loose.lines.last?.hasSuffix("; the first that differs is \(name)") == true)
  }

  @Test(arguments: [
    ("batch", 0, "--batch takes 1 or more"), ("epochs", -1, "--epochs takes 1 or more"),
    ("labelSmoothing", 2, "--label-smoothing takes a number of 0 or more and less than 1"),
    ("size", 1_000_000, "its input size is 1000000 × 1000000, not 1 to 4096 pixels a side"),
    ("schedule", nil, "'none of them' is no schedule"),
  ])
  func `options that no training has are a sentence`(
    name: String, value: Int?, sentence: String
  ) throws {
    var record = try folder.json("out/training.json")
    var options = try #require(record["options"] as? [String: Any])
    options[name] = value ?? "none of them"
    record["options"] = options
    try folder.write("changed.json", JSONSerialization.data(withJSONObject: record))
    let outcome = try verify("changed.json")
    #expect(outcome.status == 1 && outcome.lines.isEmpty)
    #expect(
      outcome.errors.hasPrefix("camreport: ") && outcome.errors.contains(sentence),
      "\(outcome.errors)")
  }

  @Test func `photos that are gone are a sentence`() throws {
    try FileManager.default.removeItem(at: folder.url.appending(path: "photos"))
    let outcome = try verify("out/training.json")
    #expect(outcome.status == 1)
    #expect(
      outcome.errors.hasPrefix("camreport: photos: there is no such folder or list"),
      "\(outcome.errors)")
  }

  @Test func `bench times steps of training, as text and as JSON`() throws {
    let arguments = ["bench", "--training", "2", "--size", "32", "--runs", "3"]
    let text = try Command.run(Command.binary, arguments, in: folder)
    #expect(text.status == 0, "\(text.errors)")
    let layers = Network.efficientNetLite0.layers
    for name in ["layer", "optimizer"] + layers.map(\.name) {
      #expect(text.lines.contains { $0.split(separator: " ").first.map(String.init) == name })
    }
    #expect(text.lines.last?.hasPrefix("step of 2 photos ") == true)
    #expect(text.lines.last?.hasSuffix(" ms a photo") == true)
    let outcome = try Command.run(
      Command.binary, arguments + ["--json", "--threads", "1"], in: folder)
    let json = try #require(
      JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    #expect(json["model"] as? String == "efficientnet-lite0")
    #expect(json["size"] as? Int == 32 && json["batch"] as? Int == 2)
    #expect(json["runs"] as? Int == 3 && json["threads"] as? Int == 1)
    #expect(json["kernels"] is String && json["cpu"] is String)
    let samples = try #require(json["step_samples"] as? [Double])
    #expect(samples.count == 3 && samples.allSatisfy { $0 > 0 })
    #expect(json["step_milliseconds"] as? Double == samples.sorted()[1])
    #expect((json["optimizer_milliseconds"] as? Double ?? 0) > 0)
    let times = try #require(json["layers"] as? [[String: Any]])
    #expect(times.map { $0["name"] as? String } == layers.map(\.name))
    for part in ["forward_milliseconds", "backward_milliseconds"] {
      #expect(times.allSatisfy { ($0[part] as? Double ?? -1) >= 0 }, "\(part)")
    }
  }
}
