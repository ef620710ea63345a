import CAMNet
import Foundation
import FoundationXML
import Notebook
import TestSupport
import Testing

/// Names from files and arguments are text wherever they stand, whatever they hold.
@Suite struct OutsideTextTests {
  let folder: Folder

  init() throws {
    folder = try Folder()
  }

  private static let names = [
    "espresso", "tabby, tabby cat", "Band Aid", "potter's wheel", "<img src=x onerror=alert(1)>",
    "![x](http://example.com/a.png)", "[a](javascript:alert(1))", "**b**", "`code`", "``",
    "$x$", "\\(x\\)", "\\begin{x}", "</script><script>alert(1)</script>", "&lt;", "AT&T",
    "{{title}}",
    "\u{1B}[31mred", "a\n::error::x", "\u{FFFE}", "\u{202E}txet", "# head", "- item", "1. item",
    "    code", "> quote", "a | b", "end\\", "_a_b_", "~~gone~~", "www.example.com", "a@b.example",
    "‘a’ “b”",
  ]

  /// A report whose only class has a name.
  private func report(_ name: String, language: Language = .english) throws -> Report {
    let own = try OwnNetworks.small(classes: 1)
    let model = Model(own.network, classNames: [name])
    return try Walkthrough(
      model: LoadedModel(model, weights: .synthetic(seed: "text")),
      options: InputOptions(size: 60, filter: .bicubic, fitting: .squeeze),
      words: Words(language, .builtIn)
    ).run(Photo(contentsOf: Fixture.example("cat.jpg")))
  }

  private func record(_ report: Report) throws -> RunRecord {
    RunRecord(
      report, layout: try Layout(.builtIn), version: "test", command: ["camreport"],
      environment: .current)
  }

  private func text(_ files: [ReportFile]) throws -> String {
    String(decoding: try #require(files.last).contents(), as: UTF8.self)
  }

  /// What a name looks like on a page: in a line, with U+FFFD for what cannot be seen.
  private func shown(_ name: String) -> String {
    name.replacing("\n", with: " ").replacing(/[\u{1B}\u{FFFE}\u{202E}]/, with: "\u{FFFD}")
  }

  private func inHTML(_ name: String, quotes: Bool) -> String {
    let text = shown(name).replacing("&", with: "&amp;").replacing("<", with: "&lt;")
      .replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
    return quotes ? text.replacing("'", with: "&#39;") : text
  }

  @Test(arguments: names)
  func `a page shows a class's name as it is, in its Markdown and beside it`(name: String) throws {
    let report = try report(name)
    let exporter = HTMLExporter(record: try record(report), layout: try Layout(.builtIn))
    // An end of a line is a blank on a page.
    let page = try text(exporter.files(for: report)).replacing("\n", with: " ")
    let short = name.split(separator: ",").first.map(String.init) ?? name
    // The sentence about the result is Markdown, the list of classes a template's field.
    #expect(page.contains("<strong>\(inHTML(short, quotes: false))</strong> ("))
    #expect(page.contains("<span class=\"label\">\(inHTML(name, quotes: true))</span>"))
    #expect(page.contains("It begins with ‘\(inHTML(name, quotes: false))’."))
  }

  @Test func `names without signs are in Markdown as they were`() throws {
    for name in ["espresso", "Band Aid", "potter's wheel", "AT & T", "snake_case", "3.5 t (lorry)"]
    {
      let markdown = try text(MarkdownExporter(path: "a.md").files(for: report(name)))
      #expect(markdown.contains("says **\(name)** ("))
      #expect(markdown.contains("| 1 | \(name) |"))
    }
  }

  @Test(arguments: names)
  func `a notebook shows a class's name as it is, and runs nothing of it`(name: String) throws {
    let report = try report(name)
    let exporter = JupyterExporter(
      path: folder.path("walk.ipynb"), layout: try Layout(.builtIn), version: "test")
    let book = try #require(
      JSONSerialization.jsonObject(with: Data(text(exporter.files(for: report)).utf8))
        as? [String: Any])
    let cells = try #require(book["cells"] as? [[String: Any]])
    let markdown = cells.filter { $0["cell_type"] as? String == "markdown" }
      .compactMap { ($0["source"] as? [String])?.joined() }.joined(separator: "\n")
    // No HTML but what keeps MathJax away, no sign of mathematics, no picture but camreport's.
    let rest = markdown.replacing(/<span>&#(36|92);<\/span>/, with: "")
    #expect(!rest.contains(/<[a-zA-Z\/!?]/) && !rest.contains("$") && !rest.contains("&#36;"))
    #expect(!rest.contains(/\\(\(|\[b|begin)/))
    #expect(markdown.matches(of: /!\[/).count == 1)
    #expect(!markdown.contains("\u{1B}") && !markdown.contains("\n::error"))
    let code = cells.filter { $0["cell_type"] as? String == "code" }
      .compactMap { ($0["source"] as? [String])?.joined() }.joined(separator: "\n")
    #expect(!code.contains("\u{1B}") && !code.contains("\u{202E}"))
  }

  @Test func `nbconvert's page of a notebook has names as text`() throws {
    let name = "<img src=x onerror=alert(1)> $x$ ![x](http://example.com/a.png) \\(y\\)"
    let report = try report(name)
    let exporter = JupyterExporter(
      path: folder.path("walk.ipynb"), layout: try Layout(.builtIn), version: "test")
    try folder.write("walk.ipynb", text(exporter.files(for: report)).utf8)
    let outcome = try Tools.python(
      ["-m", "nbconvert", "--to", "html", "walk.ipynb"], in: folder)
    try #require(outcome.status == 0, "\(outcome.errors)")
    let page = String(decoding: try folder.read("walk.html"), as: UTF8.self)
    #expect(!page.contains("<img src=x") && !page.contains("src=\"http://example.com"))
    #expect(page.contains("&lt;img src=x onerror=alert(1)&gt; <span>$</span>x<span>$</span> ![x]("))
    #expect(page.contains("<span>\\</span>(y<span>\\</span>)"))
  }

  @Test func `a PDF has every name, and U+FFFD for what cannot be drawn`() throws {
    for name in Self.names {
      let report = try report(name)
      let exporter = PDFExporter(
        path: "walk.pdf", paper: .a4, record: try record(report), date: nil)
      try folder.write("walk.pdf", #require(exporter.files(for: report).last).contents())
      let text = try Tools.run("pdftotext", "-layout", "walk.pdf", "-", in: folder).output
      // Headline, captions and tables.
      let words = shown(name).split(separator: " ").last.map(String.init) ?? name
      #expect(text.components(separatedBy: words).count > 5, "\(name)")
    }
  }

  @Test func `a word of 20,000 letters is shown in part, and recorded whole`() throws {
    let name = String(repeating: "wide", count: 5000)
    let report = try report(name)
    let record = try record(report)
    let exporter = PDFExporter(path: "walk.pdf", paper: .a4, record: record, date: nil)
    #expect(try #require(exporter.files(for: report).last).contents().count > 10000)
    #expect(record.predictions.first?.label == name)
    #expect(try text(MarkdownExporter(path: "a.md").files(for: report)).count < 100_000)
  }

  // MARK: Terminals and logs

  private func expectHarmless(
    _ text: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(
      !text.unicodeScalars.contains {
        $0.value < 0x20 && $0 != "\n" || (0x7F..<0xA0).contains($0.value)
      },
      "\(text.debugDescription)", sourceLocation: sourceLocation)
    #expect(
      !text.split(separator: "\n").contains {
        $0.drop { $0.isWhitespace }.hasPrefix("::") || $0.contains("##[")
      }, "\(text.debugDescription)", sourceLocation: sourceLocation)
    #expect(!text.contains("\u{202E}"), sourceLocation: sourceLocation)
  }

  private static let hostile = "\u{1B}[31m\u{9B}m\r\n::error::x\u{202E}##[error]y"

  @Test func `errors and paths are printed visibly`() throws {
    let name = "a\(Self.hostile).jpg"
    for arguments in [
      [name], ["check", name], ["verify", name], ["weights", "inspect", name],
      ["layers", "--weights", name], [Fixture.example("cat.jpg"), "--\(name)"], ["layers", name],
      [Fixture.example("cat.jpg"), "--classes", name],
    ] {
      let outcome = try Command.run(Command.binary, arguments, in: folder)
      #expect(
        outcome.status != 0
          && outcome.errors.contains("\\u{1b}[31m\\u{9b}m\\r\\n::error::x\\u{202e}"))
      expectHarmless(outcome.errors + outcome.output)
    }
    let outcome = try Command.run("templates", "::error::x", in: folder)
    #expect(outcome.output.hasPrefix("\\u{3a}:error::x: wrote "))
    expectHarmless(outcome.output)
  }

  @Test func `names of tensors are printed visibly, in columns`() throws {
    let store = WeightsStore(
      source: "memory",
      tensors: [("a\(Self.hostile)", Tensor(shape: [1], [1])), ("b", Tensor(shape: [1], [1]))])
    try store.write(to: folder.path("a.safetensors"))
    let outcome = try Command.run("weights", "inspect", "a.safetensors", in: folder)
    #expect(outcome.status == 0 && outcome.lines.count == 4)
    expectHarmless(outcome.output)
  }

  @Test func `names in a lock print no commands of a workflow`() throws {
    func json(_ text: String) throws -> String {
      String(decoding: try JSONEncoder().encode(text), as: UTF8.self)
    }
    func layer(_ name: String) throws -> String {
      """
      {"name": \(try json(name)), "operation": "add", "inputs": [\(try json(name))], "settings": {},
      "input_shape": [[1]], "output_shape": [1], "arithmetic": [\(try json(name))], "parameters": 0}
      """
    }
    func model(_ name: String) throws -> String {
      """
      \(try json(name)): {"input_size": 224, "layers": [\(try layer("stem")),
      \(try layer("\u{FFFE}" + Self.hostile))]}
      """
    }
    try folder.write(
      "lock.json",
      """
      {"format": 1, "models": {\(try model("efficientnet-lite0")), \(try model("::error::x")),
      \(try model(Self.hostile))}}
      """.utf8)
    let outcome = try Command.run("check", "lock.json", in: folder)
    #expect(outcome.status == 1 && outcome.output.contains("\\u{1b}"))
    expectHarmless(outcome.output + outcome.errors)

    let reported = try Command.run(
      "check", "lock.json", "--report", "github", "--report", "junit=check.xml", "--report",
      "html=check", in: folder)
    let annotations = reported.lines.filter { $0.hasPrefix("::") }
    #expect(annotations.allSatisfy { $0.hasPrefix("::error file=lock.json,line=") })
    #expect(!reported.output.contains("\u{1B}") && !reported.output.contains("\r"))
    let junit = XMLParser(data: try folder.read("check.xml"))
    #expect(junit.parse(), "\(String(describing: junit.parserError))")
    let page = String(decoding: try folder.read("check/index.html"), as: UTF8.self)
    #expect(!page.contains("\u{1B}") && !page.contains("\u{FFFE}") && !page.contains("\u{202E}"))
  }

  @Test func `a photo's name leads to its own folder and nowhere else`() throws {
    for name in ["javascript:alert(1)", "<b>&amp;"] {
      try folder.write(
        "\(name).jpg", Data(contentsOf: URL(filePath: Fixture.example("cat.jpg"))))
    }
    let own = try OwnNetworks.small()
    let walkthrough = try Walkthrough(
      model: LoadedModel(own, weights: .synthetic(seed: "text")),
      options: InputOptions(size: 60, filter: .bicubic, fitting: .squeeze),
      words: Words(.english, .builtIn))
    let run = PhotoRun(
      walkthrough: walkthrough, layout: try Layout(.builtIn),
      folders: ReportFolders(
        images: ["javascript:alert(1)", "<b>&amp;"].map { folder.path("\($0).jpg") },
        html: folder.path("out"), saveTensors: nil, writesFolder: true),
      program: .init(version: "test", command: []))
    #expect(run.run { _ in }.isEmpty)
    let page = String(decoding: try folder.read("out/index.html"), as: UTF8.self)
    #expect(page.contains("href=\"javascript%3Aalert%281%29/index.html\""))
    #expect(page.contains("data-name=\"&lt;b&gt;&amp;amp;.jpg\""))
  }
}
