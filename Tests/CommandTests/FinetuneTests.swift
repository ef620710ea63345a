import CAMNet
import Foundation
import TestSupport
import Testing

/// `camreport finetune` as a person runs it.
@Suite struct FinetuneTests {
  private let folder: Folder

  init() throws {
    folder = try Folder()
    try folder.makeTrainingPhotos()
  }

  /// Kept features go into a folder of the test's own.
  private var environment: [String: String] { ["XDG_CACHE_HOME": folder.path("cache")] }

  private func finetune(_ arguments: String...) throws -> Command.Outcome {
    try Command.run(
      Command.binary, ["finetune", "photos", "--size", "32"] + arguments, in: folder,
      environment: environment)
  }

  @Test func `the result needs nothing else to classify and explain a photo`() throws {
    let outcome = try finetune("--out", "mine.safetensors", "--epochs", "3", "--validation", "0.25")
    #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
    #expect(outcome.lines.count { $0.hasPrefix("epoch ") } == 3)
    #expect(outcome.lines.last == "mine.safetensors")
    #expect(!folder.has("mine.safetensors.checkpoint"))
    let report = try Command.run(
      "photos/dark/0.bmp", "--weights", "mine.safetensors", "--html", "out", in: folder)
    #expect(report.status == 0, "\(report.errors)")
    #expect(report.lines.count == 3 && report.lines[0].hasSuffix("dark"), "\(report.output)")
    let record = try folder.json("out/run.json")
    let steps = try #require(record["steps"] as? [[String: Any]])
    #expect(steps.contains { $0["output_shape"] as? [Int] == [1, 32, 32, 3] })
  }

  @Test func `what is there is not written over unless that is asked for`() throws {
    #expect(try finetune("--out", "mine.safetensors", "--epochs", "1").status == 0)
    let first = try folder.read("mine.safetensors")
    let refused = try finetune("--out", "mine.safetensors", "--epochs", "2")
    #expect(
      refused.errors
        == "camreport: mine.safetensors: is there already; name another file, or write over it with --force\n"
    )
    #expect(try folder.read("mine.safetensors") == first)
    let complete = try finetune("--out", "mine.safetensors", "--epochs", "1", "--resume")
    #expect(complete.status == 1 && complete.errors.contains("there is no such checkpoint"))
    try folder.write("mine.safetensors.checkpoint", "left".utf8)
    let left = try finetune("--out", "mine.safetensors", "--epochs", "1")
    #expect(left.status == 1 && left.errors.contains("go on with it by --resume"))
    let damaged = try finetune("--out", "mine.safetensors", "--epochs", "1", "--resume")
    #expect(
      damaged.errors.hasPrefix(
        "camreport: mine.safetensors.checkpoint: is no checkpoint that can be gone on with: "),
      "\(damaged.errors)")
    let forced = try finetune("--out", "mine.safetensors", "--epochs", "1", "--force")
    #expect(forced.status == 0, "\(forced.errors)")
    #expect(try folder.read("mine.safetensors") == first)
    #expect(!folder.has("mine.safetensors.checkpoint"))
  }

  private static let long = [
    "--train", "features,logits", "--epochs", "6", "--batch", "2", "--augment", "flip", "--out",
  ]

  @Test(arguments: [SIGINT, SIGTERM])
  func `an interruption is told from an error, and says how to go on`(signal: Int32) throws {
    let outcome = try Command.end(
      ["finetune", "photos", "--size", "32"] + Self.long + ["mine.safetensors"], by: signal,
      afterLines: 2, in: folder, environment: environment)
    #expect(outcome.status == 128 + signal)
    #expect(try folder.names() == ["cache", "mine.safetensors.checkpoint", "photos"])
    #expect(
      outcome.errors
        == "camreport: mine.safetensors: the training was interrupted; go on with it by the same command and --resume\n"
    )
  }

  @Test func `a learning rate that makes the loss no number ends the training in a sentence`()
    throws
  {
    let outcome = try finetune(
      "--out", "mine.safetensors", "--train", "features,logits", "--learning-rate", "1e30",
      "--batch", "1")
    #expect(outcome.status == 1 && !folder.has("mine.safetensors"))
    #expect(
      outcome.errors.hasPrefix(
        "camreport: mine.safetensors: is not written: the loss is no number any more in step "),
      "\(outcome.errors)")
  }

  @Test(.enabled(if: dlopen("libopenblas.so.0", RTLD_LAZY) != nil, "OpenBLAS is not installed"))
  func `without OpenBLAS a head is trained by camreport's own kernels, to nearly the same`() throws
  {
    let tools = try Folder()
    let faults = try Tools.faults(in: tools)
    func train(_ name: String, _ environment: [String: String]) throws -> [String: Any] {
      let outcome = try Command.run(
        Command.binary,
        ["finetune", "photos", "--size", "32", "--out", "\(name).safetensors", "--html", name],
        in: folder, environment: self.environment.merging(environment) { $1 })
      #expect(outcome.status == 0, "\(outcome.errors)")
      return try folder.json("\(name)/training.json")
    }
    let usual = try train("usual", [:])
    let without = try train("without", ["LD_PRELOAD": faults, "FAULT": "dlopen:0:0"])
    #expect((usual["products"] as? String)?.hasPrefix("OpenBLAS ") == true)
    #expect(usual["kernels"] as? String == without["kernels"] as? String)
    #expect(without["products"] == nil)
    let expected = try values("usual.safetensors")
    let found = try values("without.safetensors")
    #expect(found.keys == expected.keys)
    for (name, values) in expected {
      expectClose(
        try #require(found[name]).map(Double.init), values.map(Double.init), relativeL2: 1e-4, name)
    }
  }

  @Test func `where all photos to be kept back are copies, that is said`() throws {
    for name in ["light", "dark"] {
      try FileManager.default.createDirectory(
        at: folder.url.appending(path: "kept/\(name)"), withIntermediateDirectories: true)
      try folder.write("kept/\(name)/copy.bmp", folder.read("photos/\(name)/0.bmp"))
    }
    let outcome = try finetune("--out", "mine.safetensors", "--epochs", "1", "--validation", "kept")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(
      outcome.lines.contains(
        "2 of the photos to be kept back are copies of others that are trained with, and are trained with too; none is left to judge by"
      ), "\(outcome.output)")
  }

  @Test func `formats without a place for names say so`() throws {
    let outcome = try finetune("--out", "mine.npy", "--epochs", "1")
    #expect(outcome.status == 0 && outcome.lines.last == "mine.npy")
    #expect(outcome.errors.contains("mine.npy: holds no class names"))
  }

  @Test func `a log has an object for each epoch, as the record has`() throws {
    let outcome = try finetune(
      "--out", "mine.safetensors", "--epochs", "2", "--log", "log.jsonl")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let lines = String(decoding: try folder.read("log.jsonl"), as: UTF8.self).split(separator: "\n")
    #expect(lines.count == 2)
    let last = try #require(
      try JSONSerialization.jsonObject(with: Data(lines[1].utf8)) as? [String: Any])
    #expect(last["epoch"] as? Int == 1 && last["training"] != nil)
  }

  @Test(arguments: [
    (["--epochs", "0"], "--epochs takes 1 or more."),
    (["--learning-rate", "0"], "--learning-rate takes a number above 0, or auto."),
    (["--optimizer", "adam", "--nesterov"], "--momentum and --nesterov are sgd's."),
    (["--patience", "2", "--validation", "0"], "--patience needs photos that are kept back"),
    (["--resume", "--force"], "--resume and --force exclude each other."),
    (["--train", "conv9"], "no layer 'conv9' has weights to train"),
    (["--keep-head"], "its classes are not those of embedded, which --keep-head needs"),
    (["--validation", "elsewhere"], "elsewhere: there is no such folder or list"),
  ])
  func `what cannot be is said before anything is trained`(arguments: [String], sentence: String)
    throws
  {
    let outcome = try finetune(["--out", "mine.safetensors"] + arguments)
    #expect([1, 64].contains(outcome.status))
    #expect(outcome.errors.contains(sentence), "\(outcome.errors)")
    #expect(try folder.names() == ["photos"] || folder.names() == ["cache", "photos"])
  }

  private func finetune(_ arguments: [String]) throws -> Command.Outcome {
    try Command.run(
      Command.binary, ["finetune", "photos", "--size", "32"] + arguments, in: folder,
      environment: environment)
  }

  /// The values of a weights file, by name.
  private func values(_ name: String) throws -> [String: [Float]] {
    let store = try WeightsStore(contentsOf: folder.path(name))
    return try store.entries.reduce(into: [:]) {
      $0[$1.name] = try store.tensor(named: $1.name).elements
    }
  }
}
