import CAMNet
import Foundation
import TestSupport
import Testing

/// Runs that meet in one folder, and what their records say of folders.
@Suite struct FolderTests {
  let folder: Folder

  init() throws {
    folder = try Folder()
    for name in ["a.jpg", "b.jpg"] {
      try folder.write(name, Data(contentsOf: URL(filePath: Fixture.path("image-baseline.jpg"))))
    }
  }

  private func run(_ arguments: [String]) throws -> Command.Outcome {
    try Command.run(Command.binary, arguments + ["--size", "32"], in: folder)
  }

  @Test(arguments: [
    ["a.jpg", "--html", "out"], ["a.jpg", "b.jpg", "--html", "out"],
    ["a.jpg", "--markdown", "a.md", "--save-tensors", "out"],
    ["a.jpg", "--markdown", "figures.md", "--html", "other"],
  ])
  func `a folder that another run writes into is refused, and free when that ends`(
    arguments: [String]
  ) throws {
    let names = ["out", "figures-figures"]
    let descriptors = try names.map { name in
      try FileManager.default.createDirectory(
        atPath: folder.path(name), withIntermediateDirectories: true)
      return open(folder.path(name), O_RDONLY)
    }
    for descriptor in descriptors { try #require(flock(descriptor, LOCK_EX | LOCK_NB) == 0) }
    let refused = try run(arguments)
    #expect(refused.status == 1)
    #expect(refused.errors.contains("another camreport is writing into this folder"))
    for name in names { #expect(try folder.names(in: name) == []) }
    for descriptor in descriptors { close(descriptor) }
    #expect(try run(arguments).status == 0)
  }

  @Test func `one run may write all its formats into one folder`() throws {
    let outcome = try run([
      "a.jpg", "--html", "out", "--markdown", "out/a.md", "--ipynb", "out/a.ipynb",
      "--save-tensors", "out",
    ])
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  @Test func `what a killed run left half-written is removed by the next, and nothing else`() throws
  {
    let dead = try endedProcess()
    try FileManager.default.createDirectory(
      atPath: folder.path("out"), withIntermediateDirectories: true)
    let left = ["out/index.html.\(dead).part", "out/run.json.\(dead).part", "a.pdf.\(dead).part"]
    let kept = [
      "out/index.html.1.part", "out/index.html.0\(dead).part", "out/index.html.part",
      "out/index.html.\(dead).parts", "out/my.film.\(dead).part", "b.pdf.\(dead).part",
    ]
    for name in left + kept { try folder.write(name, "half".utf8) }
    #expect(try run(["a.jpg", "--html", "out", "--pdf", "a.pdf"]).status == 0)
    for name in left { #expect(!folder.has(name), "\(name)") }
    for name in kept { #expect(folder.has(name), "\(name)") }
  }

  /// The number of a process that is no more.
  private func endedProcess() throws -> Int32 {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/true")
    try process.run()
    process.waitUntilExit()
    return process.processIdentifier
  }

  @Test func `a record of names only says of no file where it is, and is run again`() throws {
    let classes = (0..<1000).map { "class \($0)" }.joined(separator: "\n")
    try folder.write("names.txt", classes.utf8)
    let arguments = [
      folder.path("a.jpg"), folder.path("b.jpg"), "--html=" + folder.path("out"), "--classes",
      folder.path("names.txt"),
    ]
    #expect(try run(arguments).status == 0)
    // A record with paths is no record of names.
    let outcome = try run(arguments + ["--relative", "--resume"])
    #expect(outcome.status == 0 && outcome.output.contains("out/a/index.html"))
    for name in ["a", "b"] {
      let text = String(decoding: try folder.read("out/\(name)/run.json"), as: UTF8.self)
      #expect(!text.contains(folder.url.lastPathComponent), "\(text.prefix(600))")
      let record = try folder.json("out/\(name)/run.json")
      #expect((record["image"] as? [String: Any])?["path"] as? String == "\(name).jpg")
      #expect(
        record["command"] as? [String]
          == ["camreport", "a.jpg", "b.jpg", "--html=out", "--classes", "names.txt"]
          + ["--relative", "--resume", "--size", "32"])
      let verified = try Command.run("verify", "out/\(name)/run.json", in: folder)
      #expect(verified.status == 0, "\(verified.errors)")
    }
    #expect(!(try run(arguments + ["--relative", "--resume"])).output.contains("out/a/index.html"))
  }
}
