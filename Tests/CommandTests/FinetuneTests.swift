import CAMNet
import Foundation
import TestSupport
import Testing

/// `camreport finetune` as a person runs it.
@Suite struct FinetuneTests {
  private let folder: Folder

  init() throws {
    folder = try Folder()
    for (label, name) in ["light", "dark"].enumerated() {
      for number in 0..<4 {
        let noise = TinyTraining.image(number + 4 * label, side: 32)
        let pixels = noise.pixels.map { label == 0 ? 128 + $0 / 2 : $0 / 2 }
        let photo = RGBImage(width: 32, height: 32, pixels: pixels)
        try FileManager.default.createDirectory(
          at: folder.url.appending(path: "photos/\(name)"), withIntermediateDirectories: true)
        try folder.write("photos/\(name)/\(number).bmp", photo.bmpData)
      }
    }
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

  @Test func `a training that is killed and gone on with ends with the same bytes`() throws {
    let whole = try Command.run(
      Command.binary, ["finetune", "photos", "--size", "32"] + Self.long + ["whole.safetensors"],
      in: folder, environment: environment)
    #expect(whole.status == 0, "\(whole.errors)")
    let arguments = Self.long + ["mine.safetensors", "--resume"]
    for epochs in [0, 2, 1] {
      let status = try interrupt(arguments, by: SIGKILL, afterEpochs: epochs)
      #expect(status == SIGKILL)
    }
    let last = try finetune(arguments)
    #expect(last.status == 0, "\(last.errors)")
    let (one, other) = try (values("mine.safetensors"), values("whole.safetensors"))
    #expect(one == other && !one.isEmpty)
    #expect(try folder.names().filter { $0.hasPrefix("mine") } == ["mine.safetensors"])
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func `an interruption is told from an error, and says how to go on`(signal: Int32) throws {
    let status = try interrupt(
      Self.long + ["mine.safetensors"], by: signal, afterEpochs: 2)
    #expect(status == 128 + signal)
    let names = try folder.names()
    #expect(!names.contains("mine.safetensors") && !names.contains { $0.hasSuffix(".part") })
    let errors = String(decoding: try folder.read("errors"), as: UTF8.self)
    #expect(errors.hasPrefix("camreport: mine.safetensors: the training was interrupted"))
    #expect(errors.contains("--resume") == folder.has("mine.safetensors.checkpoint"))
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

  /// Runs a training, sends it a signal when it has said that some epochs are over, and gives its status, or the signal that ended
  /// it.
  private func interrupt(
    _ arguments: [String], by signal: Int32, afterEpochs epochs: Int
  ) throws -> Int32 {
    let process = Process()
    process.executableURL = Command.binary
    process.arguments = ["finetune", "photos", "--size", "32"] + arguments
    process.environment = ProcessInfo.processInfo.environment
      .merging(environment) { _, new in new }
    process.currentDirectoryURL = folder.url
    let output = Pipe()
    process.standardOutput = output
    try folder.write("errors", [])
    process.standardError = try FileHandle(forWritingTo: folder.url.appending(path: "errors"))
    try process.run()
    var text = ""
    while text.split(separator: "\n", omittingEmptySubsequences: false).count <= epochs {
      let data = output.fileHandleForReading.availableData
      if data.isEmpty { break }
      text += String(decoding: data, as: UTF8.self)
    }
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    return process.terminationStatus
  }

  /// The values of a weights file, by name.
  private func values(_ name: String) throws -> [String: [Float]] {
    let store = try WeightsStore(contentsOf: folder.path(name))
    return try store.entries.reduce(into: [:]) {
      $0[$1.name] = try store.tensor(named: $1.name).elements
    }
  }
}
