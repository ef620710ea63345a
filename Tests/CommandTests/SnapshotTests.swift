import CAMNet
import Foundation
import TestSupport
import Testing

#if arch(x86_64)
  /// Whether this CPU has the kernels whose sums the held numbers are: SSE2's, which add alike on every x86-64 CPU.
  private let hasHeldKernels = true
#else
  /// Whether this CPU has the kernels whose sums the held numbers are: SSE2's, which only x86-64 CPUs have.
  private let hasHeldKernels = false
#endif

/// Whole texts that camreport writes, held in Tests/Snapshots from commit to commit, so that a change of output shows in a
/// diff. `make renew-snapshots` writes those files anew.
@Suite struct SnapshotTests {
  let folder: Folder

  init() throws {
    folder = try Folder()
  }

  @Test(.enabled(if: hasHeldKernels, "the numbers are those of SSE2's kernels"))
  func `a report of EfficientNet-Lite0 reads as it did: Markdown, page and run record`() throws {
    try report()
    try expectSnapshot(text("out/report.md"), "efficientnet-lite0.en.md")
    try expectSnapshot(page(), "efficientnet-lite0.en.html")
    try expectSnapshot(record(), "efficientnet-lite0.run.json")
  }

  @Test(.enabled(if: hasHeldKernels, "the numbers are those of SSE2's kernels"))
  func `a report of VGG16-CAM reads as it did: Markdown`() throws {
    try report("--weights", "synthetic:camreport")
    try expectSnapshot(text("out/report.md"), "vgg16-cam.en.md")
  }

  @Test(.enabled(if: hasHeldKernels, "the numbers are those of SSE2's kernels"))
  func `a Korean report of VGG16-CAM reads as it did: Markdown and page`() throws {
    try report("--weights", "synthetic:camreport", "--lang", "ko")
    try expectSnapshot(text("out/report.md"), "vgg16-cam.ko.md")
    try expectSnapshot(page(), "vgg16-cam.ko.html")
  }

  @Test(arguments: [
    (["vgg16-cam"], "", "vgg16-cam.layers.txt"),
    (["efficientnet-lite0"], "80", "efficientnet-lite0.layers.narrow.txt"),
    (["vgg16-cam", "--format", "json"], "", "vgg16-cam.layers.json"),
    (["efficientnet-lite0", "--format", "csv"], "", "efficientnet-lite0.layers.csv"),
    (["vgg16-cam", "--format", "markdown"], "", "vgg16-cam.layers.md"),
  ])
  func `the layers are listed as they were`(
    arguments: [String], columns: String, snapshot: String
  ) throws {
    let outcome = try Command.run(
      Command.binary, ["layers"] + arguments, in: folder, environment: ["COLUMNS": columns])
    try #require(outcome.status == 0, "\(outcome.errors)")
    try expectSnapshot(outcome.output, snapshot)
  }

  @Test func `a lock of all networks holds what it held`() throws {
    try #require(try Command.run("lock", in: folder).status == 0)
    try expectSnapshot(text("shapes.lock.json"), "shapes.lock.json")
  }

  @Test func `a check says of other networks what it said: terminal, GitHub and JUnit`() throws {
    try #require(try Command.run("lock", in: folder).status == 0)
    let other = try text("shapes.lock.json").split(
      separator: "\n", omittingEmptySubsequences: false
    )
    .filter { !$0.contains("\"name\": \"pool2\"") }
    .map { line in
      line.contains("\"name\": \"stem\"")
        ? line.replacing("\"stride\":\"2\"", with: "\"stride\":\"1\"")
        : line.replacing("\"block4_add\"", with: "\"block4_sum\"")
    }
    try folder.write("other.lock.json", other.joined(separator: "\n").utf8)
    let outcome = try Command.run(
      "check", "other.lock.json", "--report", "github", "--report", "junit=check.xml", in: folder)
    try #require(outcome.status == 1, "\(outcome.errors)")
    try expectSnapshot(outcome.output, "check.txt")
    try expectSnapshot(text("check.xml"), "check.junit.xml")
  }

  /// Writes a report about the cup of coffee to `out`.
  private func report(_ options: String...) throws {
    try folder.write("coffee.jpg", Data(contentsOf: URL(filePath: Fixture.example("coffee.jpg"))))
    let outcome = try Command.run(
      Command.binary,
      ["coffee.jpg", "--html", "out", "--markdown", "out/report.md"] + options,
      in: folder, environment: [KernelSet.variable: "sse2"])
    try #require(outcome.status == 0, "\(outcome.errors)")
  }

  private func text(_ name: String) throws -> String {
    String(decoding: try folder.read(name), as: UTF8.self)
  }

  /// The page's structure and words, without pictures, style, scripts and the machine.
  private func page() throws -> String {
    try text("out/index.html")
      .replacing(/<(style|script)([^>]*)>.*?<\/\1>/.dotMatchesNewlines()) {
        "<\($0.1)\($0.2)>…</\($0.1)>"
      }
      .replacing(/"data:[^"]*"/, with: "\"data:…\"")
      .replacing(/<dd>[^<]*\(SSE2\)[^<]*<\/dd>/, with: "<dd>…</dd>")
  }

  /// The run record without times, the machine and the hash of the templates, which every change of a word changes; its numbers
  /// with six digits, since the C library's `exp` and `log` may differ in the last from CPU to CPU.
  private func record() throws -> String {
    try text("out/run.json")
      .replacing(/"(milliseconds|cores)" : [0-9.e+-]+/) { "\"\($0.1)\" : 0" }
      .replacing(/"(cpu|operating_system|templates_sha256)" : "[^"]*"/) { "\"\($0.1)\" : \"…\"" }
      .replacing(/" : (-?[0-9][0-9.]*(?:e[+-]?[0-9]+)?)/) { match in
        guard Int(match.1) == nil, let number = Double(match.1) else { return String(match.0) }
        return "\" : " + String(format: "%.6g", number)
      }
  }

  /// Expects a text to be, byte for byte, what its file in Tests/Snapshots holds; or writes that file, where the
  /// environment asks for it.
  private func expectSnapshot(
    _ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let url = Fixture.project.appending(path: "Tests/Snapshots/\(name)")
    let found = Data(text.utf8)
    if ProcessInfo.processInfo.environment["CAMREPORT_RENEW_SNAPSHOTS"] == "1" {
      try found.write(to: url)
      return
    }
    guard FileManager.default.fileExists(atPath: url.path) else {
      Issue.record(
        "Tests/Snapshots/\(name) is not there; `make renew-snapshots` writes it.",
        sourceLocation: sourceLocation)
      return
    }
    let expected = try Data(contentsOf: url)
    if found == expected { return }
    let (old, new) = (lines(of: expected), lines(of: found))
    let same = zip(old, new).prefix { $0 == $1 }.count
    let shown = { (lines: [Data]) in
      lines.dropFirst(same).first.map { String(decoding: $0, as: UTF8.self) } ?? "(no such line)"
    }
    Issue.record(
      """
      Tests/Snapshots/\(name):\(same + 1) is the first line that differs.
      expected: \(shown(old))
      found:    \(shown(new))
      If the change is meant, `make renew-snapshots` writes the file anew, and `git diff` shows all of it.
      """, sourceLocation: sourceLocation)
  }

  private func lines(of data: Data) -> [Data] {
    data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
  }
}
