import Foundation
import TestSupport
import Testing

/// What holds for every format of a report.
@Suite struct FormatTests {
  let folder: Folder

  init() throws {
    folder = try Folder()
  }

  @Test func `two reproducible runs give the same bytes in every format`() throws {
    for name in ["a", "b"] {
      let outcome = try Command.run(
        Fixture.example("coffee.jpg"), "--reproducible", "--html", "\(name)/page", "--pdf",
        "\(name)/walk.pdf", "--ipynb", "\(name)/walk.ipynb", "--markdown", "\(name)/walk.md",
        in: folder)
      #expect(outcome.status == 0)
      #expect(outcome.lines.last == "\(name)/page/index.html")
    }
    let files = try #require(FileManager.default.enumerator(atPath: folder.path("a")))
      .compactMap { $0 as? String }.filter { $0.contains(".") }
    #expect(files.count > 30)
    for file in files where !file.hasSuffix("run.json") {
      #expect(try folder.read("a/\(file)") == folder.read("b/\(file)"), "\(file)")
    }
    // The page says nothing of where things lie on the machine.
    let page = String(decoding: try folder.read("a/page/index.html"), as: UTF8.self)
    #expect(!page.contains(Fixture.project.path))
  }

  @Test func `Markdown has every step, and a file for each of its pictures`() throws {
    let outcome = try Command.run(
      Fixture.example("cat.jpg"), "--markdown", "docs/the cat.md", in: folder)
    #expect(outcome.lines.last == "docs/the cat.md")
    #expect(try folder.names(in: "docs") == ["the cat-figures", "the cat.md"])
    let text = String(decoding: try folder.read("docs/the cat.md"), as: UTF8.self)
    #expect(text.hasPrefix("# EfficientNet-Lite0 says **Egyptian cat**"))
    #expect(text.matches(of: #/\n### [0-9]+\. /#).count == 79)
    #expect(text.contains("```python\nstem = relu6("))
    #expect(text.contains("`(1, 112, 112, 32) float32`  ·  ⌊(224 − 1) / 2⌋ + 1 = 112"))
    let pictures = text.matches(of: /!\[[^\]]+\]\(([^)]+)\)/).map { String($0.1) }
    #expect(pictures.count >= 20)
    for picture in pictures {
      let path = try #require(picture.removingPercentEncoding)
      #expect(!(try folder.read("docs/\(path)").isEmpty))
    }
    #expect(Set(pictures).count == (try folder.names(in: "docs/the cat-figures").count))
  }

  @Test func `a format that is one file takes one photo`() throws {
    let outcome = try Command.run(
      Fixture.example("cat.jpg"), Fixture.example("coffee.jpg"), "--pdf", "walk.pdf", in: folder)
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains("--pdf takes one image"))
  }

  @Test func `words and layout of one's own are used, and a mistake is named with file and line`()
    throws
  {
    #expect(try Command.run("templates", "own", in: folder).status == 0)
    let original = String(decoding: try folder.read("own/walkthrough.en.md"), as: UTF8.self)
    // Only what is changed needs to be there.
    try FileManager.default.removeItem(at: folder.url.appending(path: "own/page.js"))
    try folder.write("own/walkthrough.en.md", "# photo\nLoad it\n\nFrom {{width}} columns.\n".utf8)
    let outcome = try Command.run(
      Fixture.example("cat.jpg"), "--templates", "own", "--html", "out", in: folder)
    #expect(outcome.status == 0)
    let page = String(decoding: try folder.read("out/index.html"), as: UTF8.self)
    #expect(page.contains("Load it") && page.contains("From 451 columns."))
    #expect(page.contains("Fit it to the network"))

    let line =
      try #require(
        original.split(separator: "\n", omittingEmptySubsequences: false)
          .firstIndex { $0.contains("{{height}}") }) + 1
    for (name, text, place) in [
      (
        "walkthrough.en.md", original.replacing("{{height}}", with: "{{hight}}"),
        "walkthrough.en.md:\(line): there is no field 'hight'"
      ),
      (
        "walkthrough.en.md", "# photo\nLoad it\n\n# fotos\nX\n",
        "walkthrough.en.md:4: there is no entry 'fotos'"
      ),
      (
        "walkthrough.en.md", "# photo\nLoad it\n\nFrom\n{{#width}}\ncolumns.\n",
        "walkthrough.en.md:"
      ),
      ("page.html.mustache", "<html>\n{{#failure}}\n</html>\n", "page.html.mustache:"),
      (
        "page.html.mustache", "<html>\n{{sumary}}\n</html>\n",
        "page.html.mustache:2: there is no field 'sumary'"
      ),
    ] {
      try FileManager.default.removeItem(at: folder.url.appending(path: "own"))
      try FileManager.default.createDirectory(
        at: folder.url.appending(path: "own"), withIntermediateDirectories: true)
      try folder.write("own/\(name)", text.utf8)
      let outcome = try Command.run(
        Fixture.example("cat.jpg"), "--templates", "own", "--html", "wrong", in: folder)
      #expect(outcome.status == 1)
      #expect(outcome.errors.contains("own/" + place), "\(outcome.errors)")
      #expect(!folder.has("wrong"))
    }
  }
}
