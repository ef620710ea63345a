import CAMNet
import Foundation
import TestSupport
import Testing

/// A lock is written, something changes, and the check says what.
@Suite struct CheckTests {
  let folder: Folder

  init() throws {
    folder = try Folder()
  }

  private let file = "shapes.lock.json"

  /// Writes a lock of a model and changes its text, as if the model had changed since.
  private func lock(
    model: String = "efficientnet-lite0", _ edit: (String) -> String
  ) throws -> Command.Outcome {
    #expect(try Command.run("lock", model, "--force", in: folder).status == 0)
    let text = String(decoding: try folder.read(file), as: UTF8.self)
    let edited = edit(text)
    #expect(edited != text, "the edit changed nothing")
    try folder.write(file, edited.utf8)
    return try Command.run("check", file, in: folder)
  }

  /// Changes the line of one layer.
  private func onLine(
    of layer: String, _ edit: @escaping (String) -> String
  ) -> (String) -> String {
    { text in
      text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
        line.contains("\"name\": \"\(layer)\"") ? edit(String(line)) : String(line)
      }
      .joined(separator: "\n")
    }
  }

  private func replacing(_ old: String, _ new: String) -> (String) -> String {
    { $0.replacing(old, with: new) }
  }

  @Test func `what has not changed agrees`() throws {
    #expect(try Command.run("lock", in: folder).lines.last == "shapes.lock.json")
    let outcome = try Command.run("check", file, in: folder)
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("efficientnet-lite0 at 224 × 224: 62 layers as locked"))
    #expect(outcome.output.contains("vgg16-cam at 224 × 224: 33 layers as locked"))
  }

  @Test func `a changed kernel`() throws {
    let outcome = try lock(onLine(of: "block3_depthwise", replacing("5×5", "3×3")))
    #expect(outcome.status == 1)
    #expect(outcome.output.contains("layer 'block3_depthwise' changed\n    kernel was 3×3, is 5×5"))
  }

  @Test func `a changed stride, with the arithmetic of both`() throws {
    let outcome = try lock { text in
      let first = onLine(
        of: "stem",
        { line in
          line.replacing("\"stride\":\"2\"", with: "\"stride\":\"1\"")
            .replacing("[1,112,112,32]", with: "[1,224,224,32]")
            .replacing("⌊(224 − 1) / 2⌋ + 1 = 112", with: "(224 − 1) / 1 + 1 = 224")
        })(text)
      return onLine(
        of: "block0_depthwise",
        replacing("\"input_shape\": [[1,112,112,32]]", "\"input_shape\": [[1,224,224,32]]"))(first)
    }
    #expect(outcome.status == 1)
    #expect(
      outcome.output.contains(
        """
          shapes.lock.json:8: layer 'stem' changed
            stride was 1, is 2
            output shape was (1, 224, 224, 32), is (1, 112, 112, 32)
            arithmetic was (224 − 1) / 1 + 1 = 224, is ⌊(224 − 1) / 2⌋ + 1 = 112
            and 1 later layer follows from it: block0_depthwise
        """))
  }

  @Test func `changed channels`() throws {
    let outcome = try lock(
      model: "vgg16-cam",
      onLine(of: "conv4_2", replacing("\"channels\":\"512\"", "\"channels\":\"256\"")))
    #expect(outcome.status == 1)
    #expect(outcome.output.contains("layer 'conv4_2' changed\n    channels was 256, is 512"))
  }

  @Test func `another input size, with all that follows folded into one line`() throws {
    #expect(try Command.run("lock", "efficientnet-lite0", in: folder).status == 0)
    let outcome = try Command.run("check", file, "--size", "448", in: folder)
    #expect(outcome.status == 1)
    #expect(
      outcome.output.contains("input size was 224, is 448\n    and 62 later layers follow from it"))
  }

  @Test func `another order`() throws {
    let outcome = try lock(model: "vgg16-cam") { text in
      var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      if let first = lines.firstIndex(where: { $0.contains("\"name\": \"group1\"") }) {
        lines.swapAt(first, first + 1)
      }
      return lines.joined(separator: "\n")
    }
    #expect(outcome.status == 1)
    #expect(outcome.output.contains("1 difference"))
    #expect(outcome.output.contains("was moved\n    its place in the order is another"))
  }

  @Test func `another name`() throws {
    let outcome = try lock(replacing("\"block2_project\"", "\"block2_narrow\""))
    #expect(outcome.status == 1)
    #expect(outcome.output.contains("1 difference"))
    #expect(outcome.output.contains("name was block2_narrow, is block2_project"))
  }

  @Test func `an added and a removed layer`() throws {
    let added = try lock(model: "vgg16-cam") { text in
      text.split(separator: "\n", omittingEmptySubsequences: false)
        .filter { !$0.contains("\"name\": \"dropout\"") }.joined(separator: "\n")
        .replacing("\"inputs\": [\"dropout\"]", with: "\"inputs\": [\"gap\"]")
    }
    #expect(added.status == 1)
    #expect(added.output.contains("1 difference"))
    #expect(added.output.contains("layer 'dropout' was added"))

    let removed = try lock(model: "vgg16-cam") { text in
      var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      if let index = lines.firstIndex(where: { $0.contains("\"name\": \"dropout\"") }) {
        let extra = lines[index].replacing(
          "\"dropout\", \"operation\"", with: "\"extra\", \"operation\""
        )
        .replacing("[\"gap\"]", with: "[\"dropout\"]")
        lines.insert(extra, at: index + 1)
        lines[index + 2] = lines[index + 2].replacing("[\"dropout\"]", with: "[\"extra\"]")
      }
      return lines.joined(separator: "\n")
    }
    #expect(removed.status == 1)
    #expect(removed.output.contains("1 difference"), "\(removed.output)")
    #expect(removed.output.contains("layer 'extra' was removed"))
  }

  @Test func `a changed weight is named by the layer where the numbers begin to differ`() throws {
    let store = SyntheticWeights(seed: "camreport").store(for: .vgg16CAM)
    try store.write(to: folder.path("weights.npz"))
    let cat = Fixture.example("cat.jpg")
    let lock = try Command.run(
      "lock", "--image", cat, "--weights", "weights.npz", "--size", "64", in: folder)
    #expect(lock.status == 0)
    #expect(try Command.run("check", file, in: folder).status == 0)

    let changed = try store.entries.map { entry in
      let tensor = try store.tensor(named: entry.name)
      guard entry.name == "conv3_2/weights" else { return (entry.name, tensor) }
      return (entry.name, Tensor(shape: tensor.shape, tensor.elements.map { $0 * 1.05 }))
    }
    try WeightsStore(source: "changed", tensors: changed).write(to: folder.path("weights.npz"))
    let outcome = try Command.run("check", file, in: folder)
    #expect(outcome.status == 1)
    #expect(outcome.output.contains("step 'conv3_2' gives other numbers"))
    #expect(outcome.output.contains("later layers follow from it"))
    #expect(outcome.output.contains("the predictions changed"))

    let tolerant = try Command.run("check", file, "--tolerance", "10", in: folder)
    #expect(!tolerant.output.contains("gives other numbers"))
  }

  @Test func `changed predictions`() throws {
    let cat = Fixture.example("cat.jpg")
    #expect(try Command.run("lock", "--image", cat, "--size", "64", in: folder).status == 0)
    let text = String(decoding: try folder.read(file), as: UTF8.self)
    let first = try #require(text.firstMatch(of: /"rank": 1, "index": (\d+), "label": "([^"]*)"/))
    try folder.write(
      file, text.replacing("\"label\": \"\(first.2)\"", with: "\"label\": \"dog\"").utf8)
    let outcome = try Command.run("check", file, in: folder)
    #expect(outcome.status == 1)
    #expect(outcome.output.contains("the predictions changed"))
    #expect(outcome.output.contains("number 1 was dog"))
    #expect(outcome.output.contains("is \(first.2)"))
  }

  @Test func `a comparison that cannot be made is a failure`() throws {
    try folder.write("cat.jpg", Data(contentsOf: URL(filePath: Fixture.example("cat.jpg"))))
    #expect(try Command.run("lock", "--image", "cat.jpg", "--size", "64", in: folder).status == 0)
    try FileManager.default.removeItem(atPath: folder.path("cat.jpg"))
    let gone = try Command.run("check", file, in: folder)
    #expect(gone.status == 1)
    #expect(gone.output.contains("cannot be compared") && gone.output.contains("cat.jpg"))

    try folder.write("cat.jpg", Data(contentsOf: URL(filePath: Fixture.example("coffee.jpg"))))
    let other = try Command.run("check", file, in: folder)
    #expect(other.status == 1)
    #expect(other.output.contains("is not the photo"))

    let unknown = try lock(replacing("\"efficientnet-lite0\"", "\"efficientnet-lite9\""))
    #expect(unknown.status == 1)
    #expect(unknown.output.contains("no model of this name"))

    #expect(try Command.run("lock", "efficientnet-lite0", "--force", in: folder).status == 0)
    let noPrints = try Command.run(
      "check", file, "--image", Fixture.example("cat.jpg"), in: folder)
    #expect(noPrints.status == 1)
    #expect(noPrints.output.contains("no fingerprints"))

    let misfit = try Command.run(
      "check", file, "--weights", Fixture.path("weights.npz"), in: folder)
    #expect(misfit.status == 1)
    #expect(misfit.output.contains("_conv_stem.weight"))
  }

  @Test func `update rewrites the file, prints what changed, and the next check agrees`() throws {
    #expect(try lock(onLine(of: "stem", replacing("3×3", "7×7"))).status == 1)
    let update = try Command.run("check", file, "--update", in: folder)
    #expect(update.status == 0)
    #expect(update.output.contains("kernel was 7×7, is 3×3"))
    #expect(update.lines.last == "updated shapes.lock.json")
    #expect(try Command.run("check", file, in: folder).status == 0)
  }

  @Test func `a lock that is there is written over only where that is asked for`() throws {
    #expect(try Command.run("lock", in: folder).status == 0)
    let before = try folder.read(file)
    let again = try Command.run("lock", "vgg16-cam", in: folder)
    #expect(again.status == 1 && again.output == "")
    #expect(again.errors.contains("check --update") && again.errors.contains("lock --force"))
    #expect(try folder.read(file) == before)
    #expect(try Command.run("lock", "vgg16-cam", "--force", in: folder).status == 0)
    #expect(try folder.read(file) != before)
  }

  @Test func `several locks are each checked, told of and updated`() throws {
    #expect(try Command.run("lock", "vgg16-cam", "-o", "a.json", in: folder).status == 0)
    #expect(try lock(onLine(of: "stem", replacing("3×3", "7×7"))).status == 1)
    let reports = ["--report", "github", "--report", "junit=j.xml", "--report", "json=j.json"]
    let outcome = try Command.run(
      Command.binary, ["check", "a.json", file] + reports, in: folder)
    #expect(outcome.status == 1)
    #expect(
      outcome.output.hasPrefix(
        "a.json:\nvgg16-cam at 224 × 224: 33 layers as locked\n\(file):\nefficientnet-lite0"))
    #expect(outcome.output.contains("  \(file):8: layer 'stem' changed"))
    #expect(outcome.output.contains("::error file=\(file),line=8"))
    let junit = JUnitReader(try folder.read("j.xml"))
    #expect(junit.isWellFormed && junit.failures == ["stem"])
    #expect(junit.cases.count == 33 + 62)
    let json = try JSONSerialization.jsonObject(with: folder.read("j.json")) as? [[String: Any]]
    #expect(json?.map { $0["lock"] as? String } == ["a.json", file])
    #expect(json?.map { $0["agrees"] as? Bool } == [true, false])

    let one = try Command.run("check", "a.json", file, "VGG16-CAM", in: folder)
    #expect(one.status == 0 && !one.output.contains("efficientnet"))
    let none = try Command.run("check", "a.json", "gone.json", in: folder)
    #expect(none.status == 64 && none.output == "")
    #expect(none.errors.contains("gone.json: there is no such file"))
    let page = try Command.run("check", "a.json", file, "--report", "html=page", in: folder)
    #expect(page.status == 64 && page.errors.contains("one at a time"))
    #expect(!folder.has("page"))

    #expect(
      try Command.run("check", "a.json", file, "--update", in: folder).lines.last
        == "updated \(file)")
    #expect(try Command.run("check", "a.json", file, in: folder).status == 0)
  }

  @Test func `update-new only adds layers that the file does not have`() throws {
    let outcome = try lock { text in
      onLine(of: "stem", replacing("3×3", "7×7"))(
        text.split(separator: "\n", omittingEmptySubsequences: false)
          .filter { !$0.contains("\"name\": \"block2_add\"") }.joined(separator: "\n"))
    }
    #expect(outcome.output.contains("'block2_add' was added"))
    #expect(try Command.run("check", file, "--update-new", in: folder).status == 1)
    let after = try Command.run("check", file, in: folder)
    #expect(!after.output.contains("block2_add"))
    #expect(after.output.contains("kernel was 7×7, is 3×3"))
  }

  @Test func `all reports are written when the check fails`() throws {
    #expect(try lock(onLine(of: "stem", replacing("3×3", "7×7"))).status == 1)
    let outcome = try Command.run(
      "check", file, "--report", "junit=reports/junit.xml", "--report", "github", "--report",
      "json=check.json", "--report", "html=page", in: folder)
    #expect(outcome.status == 1)
    #expect(
      outcome.lines.last
        == "::error file=shapes.lock.json,line=8,title=layer 'stem' changed::kernel was 7×7, is 3×3"
    )

    let junit = JUnitReader(try folder.read("reports/junit.xml"))
    #expect(junit.isWellFormed)
    #expect(junit.failures == ["stem"])
    #expect(junit.cases.count == 62)
    #expect(junit.suite["tests"] == "62" && junit.suite["failures"] == "1")
    #expect(junit.suite["name"] == "efficientnet-lite0")

    let json = try folder.json("check.json")
    #expect(json["agrees"] as? Bool == false)
    let model = try #require((json["models"] as? [[String: Any]])?.first)
    let difference = try #require((model["differences"] as? [[String: Any]])?.first)
    #expect(difference["layer"] as? String == "stem")
    #expect(difference["line"] as? Int == 8)

    let page = String(decoding: try folder.read("page/index.html"), as: UTF8.self)
    #expect(page.contains("kernel was 7×7, is 3×3"))
    #expect(page.contains("<tr class=\"differs\"><td>stem</td>"))
  }

  @Test func `the report of a run has the differing steps marked`() throws {
    let cat = Fixture.example("cat.jpg")
    #expect(try Command.run("lock", "--image", cat, "--size", "64", in: folder).status == 0)
    let text = String(decoding: try folder.read(file), as: UTF8.self)
    let lines = text.split(separator: "\n").map { line in
      line.contains("\"name\": \"features\"") && line.contains("\"mean\"")
        ? String(line).replacing(/"mean": [0-9.e-]+/, with: "\"mean\": 99") : String(line)
    }
    try folder.write(file, lines.joined(separator: "\n").utf8)
    let outcome = try Command.run("check", file, "--report", "html=page", in: folder)
    #expect(outcome.status == 1)
    #expect(outcome.output.contains("step 'features' gives other numbers"))
    let page = String(
      decoding: try folder.read("page/efficientnet-lite0/index.html"), as: UTF8.self)
    #expect(page.contains("<span class=\"badge\">differs</span>"))
    #expect(page.contains("<li>mean was 99"))
  }

  @Test func `a lock file that cannot be used is one sentence, exit code 64, and left as it is`()
    throws
  {
    #expect(try Command.run("lock", "efficientnet-lite0", in: folder).status == 0)
    let good = String(decoding: try folder.read(file), as: UTF8.self)
    let cases: [(name: String, text: String, words: [String])] = [
      ("truncated", String(good.prefix(3000)), ["not JSON", "line"]),
      ("no JSON", "hello", ["not JSON", "line 1"]),
      ("empty", "", ["lock"]),
      ("later", good.replacing("\"format\": 1", with: "\"format\": 2"), ["format 2"]),
      ("no format", "{}", ["has no 'format'"]),
      (
        "unknown kind",
        good.replacing("\"operation\": \"rescale\"", with: "\"operation\": \"warp\""),
        [":7:", "'warp'"]
      ),
      (
        "duplicate", good.replacing("\"name\": \"stem\"", with: "\"name\": \"image\""),
        ["two layers are named 'image'"]
      ),
      (
        "wrong value", good.replacing("\"input_size\": 224", with: "\"input_size\": \"large\""),
        ["inputSize"]
      ),
    ]
    for (name, text, words) in cases {
      try folder.write("bad.json", text.utf8)
      for arguments in [["check", "bad.json"], ["check", "bad.json", "--update"]] {
        let outcome = try Command.run(Command.binary, arguments, in: folder)
        #expect(outcome.status == 64, "\(name)")
        #expect(outcome.output == "", "\(name)")
        #expect(outcome.errors.split(separator: "\n").count == 1, "\(name): \(outcome.errors)")
        for word in words { #expect(outcome.errors.contains(word), "\(name): \(outcome.errors)") }
      }
      #expect(try folder.read("bad.json") == Data(text.utf8), "\(name)")
    }
    // Huge: a file of holes, never read.
    let huge = try FileHandle(forWritingTo: URL(filePath: folder.write("huge.json", [])))
    try huge.truncate(atOffset: 1 << 33)
    try huge.close()
    let outcome = try Command.run("check", "huge.json", in: folder)
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains("far more than a lock file"))
  }

  @Test func `wrong usage is exit code 64`() throws {
    #expect(try Command.run("lock", in: folder).status == 0)
    for arguments in [
      ["check"], ["check", file, "--report", "pdf=x"], ["check", file, "--update", "--update-new"],
      ["check", file, "vgg19"], ["lock", "vgg19"], ["lock", "--weights", "synthetic:1"],
      ["check", "nowhere.json"],
    ] {
      #expect(try Command.run(Command.binary, arguments, in: folder).status == 64, "\(arguments)")
    }
  }

  @Test func `update never leaves a half-written file`() throws {
    #expect(try lock(onLine(of: "stem", replacing("3×3", "7×7"))).status == 1)
    let before = try folder.read(file)
    let outcome = try Command.run(
      URL(filePath: "/bin/sh"),
      [
        "-c", #"trap "" XFSZ; ulimit -f 4; exec "$0" "$@""#, Command.binary.path, "check", file,
        "--update",
      ], in: folder)
    #expect(outcome.status == 1)
    #expect(try folder.read(file) == before)
    #expect(try folder.names() == [file])
  }
}

/// What a CI system reads in a JUnit file.
final class JUnitReader {
  private(set) var isWellFormed = true
  private(set) var suite: [String: String] = [:]
  private(set) var cases: [String] = []
  private(set) var failures: [String] = []

  /// Tags and attributes only; enough for what camreport writes, and stricter than most readers.
  init(_ data: Data) {
    let text = String(decoding: data, as: UTF8.self)
    var open: [String] = []
    for tag in text.matches(of: /<(\/?)([a-z]+)((?: [a-z]+="[^"<]*")*)(\/?)>/) {
      let name = String(tag.2)
      if !tag.1.isEmpty {
        isWellFormed = isWellFormed && open.popLast() == name
        continue
      }
      var attributes: [String: String] = [:]
      for attribute in tag.3.matches(of: /([a-z]+)="([^"]*)"/) {
        attributes[String(attribute.1)] = String(attribute.2)
      }
      switch name {
      case "testsuite": suite = attributes
      case "testcase":
        isWellFormed = isWellFormed && attributes["classname"] != nil && attributes["time"] != nil
        cases.append(attributes["name"] ?? "")
      case "failure":
        isWellFormed = isWellFormed && open.last == "testcase" && attributes["message"] != nil
        failures.append(cases.last ?? "")
      default: break
      }
      if tag.4.isEmpty { open.append(name) }
    }
    isWellFormed = isWellFormed && open.isEmpty && text.hasPrefix("<?xml version=\"1.0\"")
  }
}
