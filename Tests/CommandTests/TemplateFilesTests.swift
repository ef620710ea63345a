import CAMNet
import Foundation
import TestSupport
import Testing

/// Templates of one's own, as a person makes them and gets them wrong.
@Suite struct TemplateFilesTests {
  let folder: Folder

  init() throws {
    folder = try Folder()
  }

  /// A report with the templates in `own`.
  private func report(_ formats: String...) throws -> Command.Outcome {
    try Command.run(
      Command.binary,
      [Fixture.example("cat.jpg"), "--size", "32", "--templates", "own"] + formats, in: folder)
  }

  /// Makes `own` a folder of these files alone.
  private func write(_ files: [String: String]) throws {
    let own = folder.url.appending(path: "own")
    try? FileManager.default.removeItem(at: own)
    try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
    for (name, text) in files { try folder.write("own/\(name)", text.utf8) }
  }

  @Test func `copies are written where they are missing, and over one's own only by force`() throws
  {
    let first = try Command.run("templates", "own", in: folder)
    #expect(first.status == 0 && first.lines.count == 1)
    #expect(first.output.hasPrefix("own: wrote check.html.mustache, "))
    let original = try folder.read("own/page.css")
    try folder.write("own/page.css", "mine".utf8)
    try FileManager.default.removeItem(at: folder.url.appending(path: "own/page.js"))

    let second = try Command.run("templates", "own", in: folder)
    #expect(second.status == 0 && second.lines.first == "own: wrote page.js")
    #expect(second.lines.last?.hasPrefix("own: kept check.html.mustache, ") == true)
    #expect(second.output.hasSuffix("; --force overwrites\n"))
    #expect(try folder.read("own/page.css") == Data("mine".utf8))
    #expect(folder.has("own/page.js"))

    let forced = try Command.run("templates", "own", "--force", in: folder)
    #expect(forced.status == 0 && forced.output == first.output)
    #expect(try folder.read("own/page.css") == original)
  }

  @Test(arguments: [
    ("page.htlm.mustache", "; there are: page.html.mustache, "),
    ("page.htlm.mustache", ". Did you mean 'page.html.mustache'?"),
    ("walkthrough.fr.md", "walkthrough.en.md"), ("walkthrough.fr.md", "walkthrough.ko.md"),
    ("xyz", "; there are: "),
  ])
  func `a file that is no template is named, with the names there are`(
    name: String, sentence: String
  ) throws {
    try write(["page.css": "", name: ""])
    let outcome = try report("--html", "out")
    #expect(outcome.status == 1 && !folder.has("out"))
    #expect(
      outcome.errors.hasPrefix("camreport: own/\(name): there is no template of this name; "))
    #expect(outcome.errors.contains(sentence), "\(outcome.errors)")
  }

  @Test func `hidden files, backups, notes and folders are no mistakes`() throws {
    try write(["page.css": "", ".git": "", "page.css~": "", "README.md": "", "README": ""])
    try FileManager.default.createDirectory(
      at: folder.url.appending(path: "own/old"), withIntermediateDirectories: true)
    let outcome = try report("--html", "out")
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  @Test func `a folder that is not there, or is none, is said in a sentence`() throws {
    let missing = try report("--html", "out")
    #expect(
      missing.errors
        == "camreport: own: there is no such folder; 'camreport templates own' makes it\n")
    try folder.write("own", "".utf8)
    let file = try report("--html", "out")
    #expect(file.errors == "camreport: own: is a file; name the folder it is in\n")
    #expect(missing.status == 1 && file.status == 1)
    try FileManager.default.removeItem(at: folder.url.appending(path: "own"))
    try write([".hidden": ""])
    #expect(
      try report("--html", "out").errors.hasPrefix("camreport: own: there is no template in it"))
  }

  @Test(arguments: [
    ("page.html.mustache", "<p>\n{{> page}}\n", "2: there are no partials"),
    ("page.html.mustache", "<p>\n{{title\n</p>\n", "2: a field's braces are not closed"),
    ("page.html.mustache", "<p>\n{{#failure}}\n</p>\n", "2: section 'failure' is not closed"),
    (
      "page.html.mustache", "{{#failure}}\n{{#note}}{{/failure}}\n",
      "2: section 'note', which begins in line 2, is closed as 'failure'"
    ),
    ("check.html.mustache", "<p>\n{{/title}}\n", "2: section 'title' is closed and was not opened"),
    (
      "index.html.mustache", "\n\n{{titel}}\n",
      "3: there is no field 'titel'; there are: title, "
    ),
    ("walkthrough.en.md", "# photo\nA\n\n{{> photo}}\n", "4: there are no partials"),
    ("walkthrough.en.md", "# photo\nA\n\nB\n{{width\n", "5: a field's braces are not closed"),
    ("walkthrough.en.md", "# photo\nA\n\n{{#width}}\n", "4: section 'width' is not closed"),
    (
      "walkthrough.en.md", "# photo\r\nA\r\n\r\n{{hight}}\r\n",
      "4: there is no field 'hight' in entry 'photo'; camreport's own words name: height, width, ratio, shrunk, file_height, file_width. Did you mean 'height'?"
    ),
    ("walkthrough.en.md", "Load it\n", "1: the text belongs to no entry"),
    (
      "walkthrough.en.md", "# photo\nA\n# photo\nB\n",
      "3: entry 'photo' is there twice, first in line 1"
    ),
    ("walkthrough.en.md", "# foto\nX\n", "1: there is no entry 'foto'; there are: photo, "),
    (
      "walkthrough.en.md", "# conv1_1\nX\n",
      "1: there is no entry 'conv1_1'; for the layer it is called 'vgg16-cam.conv1_1'"
    ),
    (
      "walkthrough.en.md", "# vgg16-cam.conv1_3\nX\n",
      "1: vgg16-cam has no layer or step 'conv1_3'; there are: conv1_1, "
    ),
    (
      "walkthrough.en.md", "# vgg16-cam.conv1_1\nX\n\n{{kernal}}\n",
      "4: there is no field 'kernal' in entry 'vgg16-cam.conv1_1'; camreport's own words name: kernel, "
    ),
    (
      "walkthrough.en.md", "# normalized\nX\n\n{{layer}}\n",
      "4: there is no field 'layer' in entry 'normalized'; there are: "
    ),
    ("walkthrough.en.md", "# vgg16-cam.page.photo\nX\n", "1: vgg16-cam has no layer or step"),
    (
      "walkthrough.en.md", "# photo\nA\n\nB\n---\nC\n",
      "1: entry 'photo' has no sentence about a result"
    ),
    ("walkthrough.en.md", "# page.photo\nA\n\nB\n", "1: entry 'page.photo' is one line"),
  ])
  func `a mistake is named with its file and line`(name: String, text: String, place: String) throws
  {
    try write([name: text])
    let outcome = try report("--html", "out")
    #expect(outcome.status == 1 && !folder.has("out"))
    #expect(outcome.errors.hasPrefix("camreport: own/\(name):\(place)"), "\(outcome.errors)")
    #expect(outcome.errors.split(separator: "\n").count == 1)
  }

  @Test func `one layer has words of its own, whatever the editor ends lines with`() throws {
    try write([
      "walkthrough.en.md":
        "\u{FEFF}# efficientnet-lite0.stem\r\nThe stem\r\n\r\n{{kernel}} of *mine*\r\n"
    ])
    let outcome = try report("--html", "out")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let page = String(decoding: try folder.read("out/index.html"), as: UTF8.self)
    #expect(page.contains("The stem</h3>"))
    #expect(page.contains("<div class=\"prose\"><p>3×3 of <em>mine</em></p>"))
  }

  @Test func `a pipe in a class's name ends no cell of a table, in code neither`() throws {
    try write([
      "walkthrough.en.md": """
      # softmax
      Say it

      Now.
      ---
      | {{label_1}} | code |
      |---|---|
      | {{label_1}} | `{{label_1}}` |
      """
    ])
    let names = [String](repeating: "x|y\\| <b>", count: 1000)
    try folder.write("classes.json", JSONEncoder().encode(names))
    let outcome = try Command.run(
      Fixture.example("cat.jpg"), "--size", "32", "--templates", "own", "--classes",
      "classes.json", "--html", "out", in: folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let page = String(decoding: try folder.read("out/index.html"), as: UTF8.self)
    let shown = #"x|y\| &lt;b&gt;"#
    let code = #"<code>x</code>|<code>y\</code>|<code> &lt;b&gt;</code>"#
    #expect(page.contains("<th>\(shown)</th>"))
    #expect(page.contains("<td>\(shown)</td>\n<td>\(code)</td>"))
  }

  @Test func `the entries that docs/templates.md gives as examples can be used`() throws {
    let page = try String(
      contentsOf: Fixture.project.appending(path: "docs/templates.md"), encoding: .utf8)
    let words = try #require(page.range(of: "## Words"))
    let examples = page[words.upperBound...].split(
      separator: "\n", omittingEmptySubsequences: false
    )
    .filter { $0.isEmpty || $0.hasPrefix("    ") }.map { $0.dropFirst(4) }
    #expect(examples.count { $0.hasPrefix("# ") } == 3)
    try write(["walkthrough.en.md": examples.joined(separator: "\n")])
    let outcome = try report("--html", "out")
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  @Test func `a table is one on the page, on paper and in Markdown`() throws {
    try write([
      "walkthrough.en.md": """
      # photo
      Read the photo

      | side | pixels |
      |:-----|-------:|
      | **rows** | {{height}} |
      | `columns` | {{width}} \\| wide |

      # softmax
      Say it

      So many classes: {{classes}}.
      ---
      | class | probability |
      |---|--:|
      | {{label_1}} | {{probability_1}} |
      """
    ])
    let outcome = try report("--html", "out", "--pdf", "out.pdf", "--markdown", "out.md")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let page = String(decoding: try folder.read("out/index.html"), as: UTF8.self)
    #expect(page.contains("<div class=\"prose\"><div class=\"scroll\" tabindex=\"0\"><table>"))
    #expect(page.contains("<div class=\"result\"><div class=\"scroll\" tabindex=\"0\"><table>"))
    #expect(page.contains("<td style=\"text-align: right\">451 | wide</td>"))
    let text = try Tools.run("pdftotext", "-layout", "out.pdf", "-", in: folder).output
    #expect(text.contains(/side +pixels\n/) && text.contains(/rows +\d+\n/))
    #expect(text.contains(/columns +451 \| wide\n/) && text.contains(/class +probability\n/))
    let markdown = String(decoding: try folder.read("out.md"), as: UTF8.self)
    #expect(markdown.contains("| `columns` | 451 \\| wide |"))
  }
}
