import CAMNet
import Foundation
import TestSupport
import Testing

/// What comes of a run in which one call of the system's fails: each in turn, as SQLite's tests do it. Whatever fails, a run says so
/// in one sentence, or does without; and what it leaves are whole files.
@Suite struct FaultTests {
  /// The library that lets calls fail.
  private let faults: String
  private let folder: Folder

  init() throws {
    folder = try Folder()
    faults = try Tools.faults(in: folder)
  }

  /// Kinds of calls, and the `errno` of each.
  private static let calls = [
    ("open", EMFILE), ("read", EIO), ("write", ENOSPC), ("close", EIO), ("rename", EIO),
    ("mkdir", ENOSPC), ("unlink", EACCES), ("fstat", EIO), ("mmap", ENOMEM), ("fsync", EIO),
  ]

  /// A folder with what the commands are given.
  private func inputs() throws -> Folder {
    let folder = try Folder()
    let photo = try Data(contentsOf: URL(filePath: Fixture.example("cat.jpg")))
    try folder.write("photo.jpg", photo)
    let weights = try Data(contentsOf: URL(filePath: Fixture.path("python3-weights.npy")))
    try folder.write("weights.npy", weights)
    try folder.write("old.lock.json", Self.lock)
    for name in ["light", "dark"] {
      try FileManager.default.createDirectory(
        at: folder.url.appending(path: "photos/\(name)"), withIntermediateDirectories: true)
      for number in 0..<2 {
        try folder.write(
          "photos/\(name)/\(number).bmp", TinyTraining.image(number, side: 32, seed: name).bmpData)
      }
    }
    return folder
  }

  /// Of another stride than the network has.
  private static let lock: Data = {
    guard let folder = try? Folder(),
      (try? Command.run("lock", "efficientnet-lite0", "-o", "lock.json", in: folder)) != nil,
      let lock = try? folder.read("lock.json")
    else { return Data() }
    return Data(
      String(decoding: lock, as: UTF8.self).replacing("\"stride\": 2", with: "\"stride\": 1").utf8)
  }()

  /// Kept features go into a folder of the test's own.
  private var caches: [String: String] { ["XDG_CACHE_HOME": folder.path("cache")] }

  /// Runs a command with a fault. - Returns: what came of it, and whether there was a call to fail.
  private func run(
    _ arguments: [String], fault: String, in folder: Folder
  ) throws -> (outcome: Command.Outcome, hasFailed: Bool) {
    let log = self.folder.path("log-\(UUID().uuidString)")
    let outcome = try Command.run(
      Command.binary, arguments, in: folder,
      environment: [
        "LD_PRELOAD": faults, "FAULT": fault, "FAULT_LOG": log,
      ].merging(caches) { own, _ in own })
    return (outcome, FileManager.default.fileExists(atPath: log))
  }

  @Test(
    .timeLimit(.minutes(30)),
    arguments: [
      "photo.jpg --size 32 --html out",
      "photo.jpg --size 32 --pdf pdf/a.pdf --ipynb ipynb/a.ipynb --markdown md/a.md --reproducible",
      "lock -o locks/shapes.lock.json",
      "check old.lock.json --report junit=reports/j.xml --report json=reports/j.json --report html=page",
      "check old.lock.json --update",
      "weights convert weights.npy weights.npz",
      "weights inspect weights.npy",
      "templates words",
      "finetune photos --size 32 --epochs 1 --out mine/mine.safetensors --html page",
    ])
  func `each call that can fail`(command: String) throws {
    let arguments = command.split(separator: " ").map(String.init)
    let good = try inputs()
    let before = try files(in: good)
    let status = try Command.run(
      Command.binary, arguments, in: good, environment: caches
    ).status
    let whole = try files(in: good)
    #expect(status == 0 || command.hasPrefix("check"))
    for (call, code) in Self.calls {
      // Of many calls the later ones are further apart.
      for number in sequence(first: 1, next: { $0 + 1 + $0 / 6 }) {
        let folder = try inputs()
        let fault = "\(call):\(number):\(code)"
        let (outcome, hasFailed) = try run(arguments, fault: fault, in: folder)
        guard hasFailed else { break }
        let left = try files(in: folder)
        if outcome.errors.isEmpty {
          #expect(outcome.status == status, "\(fault)")
          #expect(Set(left.keys) == Set(whole.keys), "\(fault)")
        } else {
          #expect([1, 64].contains(outcome.status), "\(fault)")
          #expect(
            outcome.errors.hasSuffix("\n") && outcome.errors.split(separator: "\n").count == 1,
            "\(fault): \(outcome.errors)")
        }
        // A checkpoint that could not be removed when all is done is whole as well.
        for (name, bytes) in left
        where !name.hasSuffix("run.json") && !name.hasSuffix(".checkpoint") {
          // What was there before, or what is to be there, and nothing between.
          #expect(bytes == whole[name] || bytes == before[name], "\(fault): \(name)")
        }
        for name in left.keys where name.hasSuffix("run.json") {
          let report = whole.keys.filter { $0.hasPrefix(name.dropLast("run.json".count)) }
          #expect(report.allSatisfy { left[$0] != nil }, "\(fault): \(name)")
        }
      }
    }
  }

  /// The files in a folder and all inside it, by their paths.
  private func files(in folder: Folder) throws -> [String: Data] {
    let names =
      FileManager.default.enumerator(atPath: folder.url.path)?
      .compactMap { $0 as? String } ?? []
    var isFolder: ObjCBool = false
    return try names.filter {
      FileManager.default.fileExists(atPath: folder.path($0), isDirectory: &isFolder)
        && !isFolder.boolValue
    }
    .reduce(into: [:]) { $0[$1] = try folder.read($1) }
  }

  @Test(arguments: ["photo.jpg", "photo.jpg other.jpg"])
  func `without a thread to be had, one thread does it all`(photos: String) throws {
    let folder = try inputs()
    try folder.write("other.jpg", folder.read("photo.jpg"))
    let (outcome, hasFailed) = try run(
      photos.split(separator: " ").map(String.init) + ["--size", "32", "--html", "out"],
      fault: "thread:0:\(EAGAIN)", in: folder)
    #expect(hasFailed)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.lines.last == "out/index.html")
  }

  @Test func `weights that become shorter while they are read are a sentence`() throws {
    let folder = try inputs()
    let store = WeightsStore(
      source: "", tensors: [("zeros", Tensor(shape: [100_000], repeating: 0))])
    try store.write(to: folder.path("large.safetensors"))
    for arguments in [
      ["inspect", "large.safetensors"], ["convert", "large.safetensors", "a.npz"],
    ] {
      let (outcome, _) = try run(["weights"] + arguments, fault: "shrink:1:0", in: folder)
      try store.write(to: folder.path("large.safetensors"))
      #expect(outcome.status == 1)
      #expect(outcome.errors.hasPrefix("camreport: "))
      #expect(
        outcome.errors.hasSuffix("/large.safetensors: became shorter while it was read\n"),
        "\(outcome.errors)")
      #expect(!folder.has("a.npz"))
    }
  }

  @Test func `weights that change while they are used give no record of other weights' hash`()
    throws
  {
    let folder = try inputs()
    let weights = try Model.efficientNetLite0.embeddedWeights()
    try weights.write(to: folder.path("own.safetensors"))
    let arguments = ["photo.jpg", "--size", "32", "--weights", "own.safetensors", "--html", "out"]
    let (outcome, hasChanged) = try run(arguments, fault: "change:1:0", in: folder)
    #expect(hasChanged && outcome.status == 1)
    #expect(outcome.errors.contains("own.safetensors: changed while it was read"))
    #expect(!folder.has("out/run.json"))
  }
}
