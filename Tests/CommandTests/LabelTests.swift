import Foundation
import TestSupport
import Testing

/// A photo's label, its loss, and a step of training, as a person asks for them.
@Suite struct LabelTests {
  let folder: Folder

  init() throws {
    folder = try Folder()
  }

  private func options() throws -> [String: Any] {
    try #require(try folder.json("out/run.json")["options"] as? [String: Any])
  }

  @Test func `page, Markdown and record show the label's loss, every gradient and the step`() throws
  {
    let outcome = try Command.run(
      Fixture.example("coffee.jpg"), "--label", "Coffee Mug", "--gradients", "--html", "out",
      "--markdown", "report.md", in: folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try options()["label"] as? Int == 504 && options()["gradients"] as? Bool == true)
    let steps = try #require(try folder.json("out/run.json")["steps"] as? [[String: Any]])
    func mean(_ name: String) throws -> Double {
      try #require(steps.first { $0["name"] as? String == name }?["mean"] as? Double, "\(name)")
    }
    // PyTorch's cross entropy of this photo and label is 4.3076.
    #expect(try abs(mean("loss") - 4.3076) < 5e-3)
    #expect(try abs(mean("loss") + mean("weight_decay") - mean("total_loss")) < 1e-4)
    #expect(try mean("sgd_step") < mean("total_loss"))
    let page = String(decoding: try folder.read("out/index.html"), as: UTF8.self)
    let markdown = String(decoding: try folder.read("report.md"), as: UTF8.self)
    for text in [page, markdown] {
      #expect(text.contains("The label is coffee mug, class 504"))
      #expect(text.contains("one_hot(504, 1000)"))
      for word in ["Gradient’s length", "Before the step", "Whole loss, logits alone moved"] {
        #expect(text.contains(word), "\(word)")
      }
    }
    let rows = markdown.matches(of: /\| block[^|]*\/weights \|[^|]*\|[^|]*\|[^|]*\| ([0-9.e−]+) \|/)
    #expect(rows.count == 47)
  }

  @Test
  func `the network's own answer is the label where none is given, and no gradient is computed`()
    throws
  {
    _ = try Command.run(Fixture.example("coffee.jpg"), "--html", "out", in: folder)
    #expect(try options()["label"] == nil && options()["gradients"] == nil)
    let page = String(decoding: try folder.read("out/index.html"), as: UTF8.self)
    #expect(page.contains("With the network's own first answer, espresso, as the label"))
    #expect(!page.contains("Gradient’s length"))
  }

  @Test(arguments: [
    ("expresso", "Did you mean 'espresso'?"), ("1000", "nor of this number from 0 to 999"),
    ("crane", "several classes of this name; give the number: 134 (crane), 517 (crane)"),
    ("a\nb", "label 'a\\nb'"),
  ])
  func `a label that names no class, or several, is refused before anything runs`(
    label: String, sentence: String
  ) throws {
    let outcome = try Command.run(
      Fixture.example("coffee.jpg"), "--label", label, "--html", "out", in: folder)
    #expect(outcome.status == 1)
    #expect(outcome.errors.hasPrefix("camreport: label '"), "\(outcome.errors)")
    #expect(outcome.errors.contains(sentence), "\(outcome.errors)")
    #expect(!folder.has("out/run.json"))
  }

  @Test func `many photos have the same label, and those of another are run again`() throws {
    let photos = [Fixture.example("coffee.jpg"), Fixture.example("cat.jpg")]
    func run(_ label: String) throws -> [Date?] {
      let outcome = try Command.run(
        Command.binary, photos + ["--html", "out", "--resume", "--label", label], in: folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      return try ["coffee", "cat"].map { name in
        let options = try folder.json("out/\(name)/run.json")["options"] as? [String: Any]
        #expect(options?["label"] as? Int == (label == "968" ? 968 : 285))
        let path = folder.path("out/\(name)/run.json")
        return try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
      }
    }
    let first = try run("968")
    #expect(try run("968") == first, "complete reports are left as they are")
    #expect(try run("Egyptian cat") != first)
  }
}
