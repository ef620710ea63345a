import Foundation
import TestSupport
import Testing

/// A report's record run again.
@Suite struct VerifyTests {
  let folder: Folder

  init() throws {
    folder = try Folder()
    try folder.write("photo.jpg", Data(contentsOf: URL(filePath: Fixture.example("coffee.jpg"))))
  }

  @Test(arguments: [
    ["--label", "cup", "--gradients"],
    ["--weights", "synthetic:camreport", "--crop", "--size", "160"],
  ])
  func `what ran is found to agree, step by step`(arguments: [String]) throws {
    _ = try Command.run(
      Command.binary, ["photo.jpg", "--html", "out"] + arguments, in: folder)
    let outcome = try Command.run("verify", "out/run.json", in: folder)
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    let steps = try #require(try folder.json("out/run.json")["steps"] as? [Any])
    #expect(outcome.lines.count { $0.hasPrefix("  ✓ ") } == steps.count)
    #expect(outcome.lines.last?.hasPrefix("\(steps.count) of \(steps.count) steps agree") == true)
  }

  @Test func `the photo is known by its hash, wherever it went`() throws {
    _ = try Command.run("photo.jpg", "--html", "out", in: folder)
    try FileManager.default.createDirectory(
      at: folder.url.appending(path: "archive/2026"), withIntermediateDirectories: true)
    try FileManager.default.moveItem(
      at: folder.url.appending(path: "photo.jpg"),
      to: folder.url.appending(path: "archive/2026/other.JPG"))
    // Another photo has taken the name.
    try folder.write("photo.jpg", Data(contentsOf: URL(filePath: Fixture.example("cat.jpg"))))
    let lost = try Command.run("verify", "out/run.json", in: folder)
    #expect(lost.status == 1)
    #expect(lost.errors.contains("photo.jpg") && lost.errors.contains("--in"))
    let found = try Command.run("verify", "out/run.json", "--in", "archive", in: folder)
    #expect(found.status == 0, "\(found.output)\(found.errors)")
  }

  @Test func `a record of camreport 0.1.0, whose maps lay by TensorFlow 1's rule, still agrees`()
    throws
  {
    let outcome = try Command.run(
      "verify", Fixture.path("run-0.1.0.json"), "--in", ".", in: folder)
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    #expect(outcome.output.contains("78 of 78 steps agree"), "\(outcome.output)")
  }

  @Test func `what differs is named, and where it begins`() throws {
    _ = try Command.run("photo.jpg", "--html", "out", in: folder)
    var record = try folder.json("out/run.json")
    var steps = try #require(record["steps"] as? [[String: Any]])
    let stem = try #require(steps.firstIndex { $0["name"] as? String == "stem" })
    let deviation = try #require(steps[stem]["std"] as? Double)
    steps[stem]["std"] = deviation + 0.1
    steps[stem + 3]["output_shape"] = [1, 1, 1, 1]
    record["steps"] = steps
    try folder.write("changed.json", JSONSerialization.data(withJSONObject: record))
    let outcome = try Command.run("verify", "changed.json", in: folder)
    #expect(outcome.status == 1)
    #expect(outcome.lines.last == "77 of 79 steps agree; the first that differs is step 7, stem")
    #expect(outcome.output.contains("std was 1.84"))
    #expect(outcome.output.contains("output shape was (1, 1, 1, 1), is "))
    let loose = try Command.run("verify", "changed.json", "--tolerance", "1", in: folder)
    #expect(loose.lines.last?.hasPrefix("78 of 79 steps agree") == true)
  }

  @Test func `a file that is no record is refused`() throws {
    try folder.write("list.json", "[1, 2]".utf8)
    let outcome = try Command.run("verify", "list.json", in: folder)
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains("list.json: is not a run record"))
  }
}
