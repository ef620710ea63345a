import Foundation
import TestSupport
import Testing

/// A training that is killed again and again, and gone on with.
@Suite struct KilledTrainingTests {
  /// When a training is killed.
  private enum Moment {
    /// When it has said that so many more epochs are over.
    case epochs(Int)
    /// In the place of a call of the system's, the so manyth of its kind.
    case call(String, Int)

    /// Photos are read before the first epoch and, since they are changed by chance, in each; checkpoints are opened, written,
    /// flushed, closed and renamed after an epoch.
    static func random(_ generator: inout SeededGenerator) -> Moment {
      let moments: [Moment] = [
        .epochs(.random(in: 0...2, using: &generator)),
        .call("open", .random(in: 1...40, using: &generator)),
        .call("read", .random(in: 1...80, using: &generator)),
        .call("write", .random(in: 1...20, using: &generator)),
        .call("fsync", .random(in: 1...4, using: &generator)),
        .call("close", .random(in: 1...40, using: &generator)),
        .call("rename", .random(in: 1...2, using: &generator)),
      ]
      return moments[.random(in: 0..<moments.count, using: &generator)]
    }
  }

  private static let arguments = [
    "finetune", "photos", "--size", "32", "--train", "features,logits", "--epochs", "60", "--batch",
    "2", "--augment", "flip", "--augment", "crop", "--out", "mine.safetensors", "--log",
    "log.jsonl", "--html", "page",
  ]

  @Test func `killed at twenty moments, a training ends with the bytes of one that was not`() throws
  {
    let tools = try Folder()
    let faults = try Tools.faults(in: tools)
    let caches = ["XDG_CACHE_HOME": tools.path("cache")]
    let (whole, folder) = (try Folder(), try Folder())
    try whole.makeTrainingPhotos()
    try folder.makeTrainingPhotos()
    let unbroken = try Command.run(
      Command.binary, Self.arguments, in: whole, environment: caches)
    try #require(unbroken.status == 0, "\(unbroken.errors)")

    var generator = SeededGenerator(seed: 16)
    for number in 1...20 {
      let moment = Moment.random(&generator)
      let arguments = Self.arguments + ["--resume"]
      let outcome =
        switch moment {
        case .epochs(let count):
          try Command.end(
            arguments, by: SIGKILL, afterLines: count, in: folder, environment: caches)
        case .call(let call, let count):
          try Command.run(
            Command.binary, arguments, in: folder,
            environment: caches.merging([
              "LD_PRELOAD": faults, "FAULT": "\(call):\(count):\(-SIGKILL)",
            ]) { own, _ in own })
        }
      #expect(outcome.status == SIGKILL, "\(number), \(moment): \(outcome.output)")
    }
    let last = try Command.run(
      Command.binary, Self.arguments + ["--resume"], in: folder, environment: caches)
    #expect(last.status == 0, "\(last.errors)")
    #expect(try folder.names() == ["log.jsonl", "mine.safetensors", "page", "photos"])
    for name in ["log.jsonl", "mine.safetensors", "page/index.html", "page/training.json"] {
      #expect(try folder.read(name) == whole.read(name), "\(name)")
    }
  }
}
