import CAMNet
import Foundation
import TestSupport
import Testing

/// The PDF, as other programs read it.
@Suite struct PDFTests {
  let folder: Folder

  init() throws {
    folder = try Folder()
  }

  @Test(arguments: [["--lang", "en"], ["--lang", "ko", "--weights", "synthetic:camreport"]])
  func `the PDF is sound, its fonts are inside it, and nothing is cut at the margins`(
    arguments: [String]
  ) throws {
    let outcome = try Command.run(
      Command.binary, [Fixture.example("coffee.jpg"), "--pdf", "walk.pdf"] + arguments, in: folder)
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")
    #expect(outcome.lines.last == "walk.pdf")
    let check = try Tools.run("qpdf", "--check", "walk.pdf", in: folder)
    #expect(check.status == 0, "\(check.output)\(check.errors)")

    // name, type, encoding, embedded, subset, unicode, object
    let fonts = try Tools.run("pdffonts", "walk.pdf", in: folder).lines.dropFirst(2)
    #expect(fonts.count >= 4)
    for font in fonts {
      let columns = font.split(separator: " ").suffix(5)
      #expect(columns.first == "yes", "\(font)")
    }
    #expect(
      fonts.contains { $0.contains("Nanum") || $0.contains("Noto") } == arguments.contains("ko"))

    _ = try Tools.run("pdftoppm", "-r", "40", "-png", "walk.pdf", "page", in: folder)
    let pages = try folder.names().filter { $0.hasPrefix("page") }
    #expect(pages.count > 10)
    for page in pages {
      let image = try RGBImage(contentsOf: folder.path(page))
      // 55 of the 62 points of the margins, at 40 pixels an inch.
      let margin = 55 * 40 / 72
      for y in 0..<image.height {
        for x in [Array(0..<margin), Array(image.width - margin..<image.width)].joined() {
          let pixel = image.pixels[(y * image.width + x) * 3]
          guard pixel < 250 else { continue }
          Issue.record("\(page) has ink in its margin at (\(x), \(y))")
          return
        }
      }
    }
  }

  @Test func `it names itself, and its contents lead to the steps`() throws {
    _ = try Command.run(
      Fixture.example("coffee.jpg"), "--pdf", "walk.pdf", "--paper", "letter", in: folder)
    let info = try Tools.run("pdfinfo", "-dests", "walk.pdf", in: folder).output
    #expect(info.contains("\"step-78\"") && info.contains("\"part-localization\""))
    let about = try Tools.run("pdfinfo", "walk.pdf", in: folder).output
    #expect(about.contains("espresso – coffee.jpg – camreport"))
    #expect(about.contains("Author:          camreport "))
    #expect(about.contains("class activation map, EfficientNet-Lite0, espresso, cup"))
    #expect(about.contains("612 x 792 pts (letter)"))

    let text = try Tools.run("pdftotext", "-layout", "walk.pdf", "-", in: folder).output
    let pages = text.components(separatedBy: "\u{0C}")
    #expect(pages[0].contains("espresso") && pages[0].contains("89.6"))
    // The page that the contents name is the one that the step is on.
    let line = try #require(
      pages[1].split(separator: "\n").first { $0.contains("block2_expand: 1×1 convolution") })
    let number = try #require(line.split(separator: " ").last.flatMap { Int($0) })
    let first = try #require(
      pages.firstIndex { $0.contains("Load the trained weights") && $0.contains("In [1]") })
    #expect(pages[first + number - 1].contains("In [13]"))
    // A table's head is set again on the page where it goes on, and running heads name part and photo.
    let heads = pages.filter { $0.contains("Variable") && $0.contains("l2_loss") }
    #expect(heads.count >= 3)
    #expect(pages[first].contains("EfficientNet-Lite0 · coffee.jpg"))

    let json = try Tools.run("qpdf", "--json", "--json-key=outlines", "walk.pdf", in: folder).output
    #expect(
      json.contains("Through the network, layer by layer") && json.contains("stem: 3×3 convolution")
    )
  }

  @Test func `with a date set it is the document's, and reproducible it has none`() throws {
    let outcome = try Tools.run(
      "env", "SOURCE_DATE_EPOCH=1700000000", Command.binary.path, Fixture.example("coffee.jpg"),
      "--pdf", "dated.pdf", in: folder)
    #expect(outcome.status == 0)
    let dated = try Tools.run("pdfinfo", "-isodates", "dated.pdf", in: folder).output
    #expect(dated.contains("2023-11-14T22:13:20Z"))
    _ = try Command.run(
      Fixture.example("coffee.jpg"), "--pdf", "dateless.pdf", "--reproducible", in: folder)
    #expect(!(try Tools.run("pdfinfo", "dateless.pdf", in: folder).output.contains("Date")))
  }

  @Test func `to standard output goes the document alone`() throws {
    let outcome = try Command.run(
      URL(filePath: "/bin/sh"),
      ["-c", #""$0" "$1" --pdf - --html out > walk.pdf"#, Command.binary.path]
        + [Fixture.example("coffee.jpg")], in: folder)
    #expect(outcome.status == 0)
    #expect(outcome.errors.contains("espresso") && outcome.errors.contains("out/index.html"))
    #expect(try folder.names() == ["out", "walk.pdf"])
    let check = try Tools.run("qpdf", "--check", "walk.pdf", in: folder)
    #expect(check.status == 0, "\(check.output)\(check.errors)")
  }

  @Test func `without any font a sentence says which package to install`() throws {
    try folder.write(
      "fonts.conf",
      """
      <?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
      <fontconfig><cachedir>\(folder.path("cache"))</cachedir></fontconfig>
      """.utf8)
    for command in [["--pdf", "walk.pdf"], ["--ipynb", "walk.ipynb"], ["--markdown", "walk.md"]] {
      let outcome = try Command.run(
        Command.binary, [Fixture.example("coffee.jpg")] + command, in: folder,
        environment: ["FONTCONFIG_FILE": folder.path("fonts.conf")])
      #expect(outcome.status == 1)
      #expect(outcome.output == "")
      #expect(outcome.errors.contains("fonts-dejavu-core"), "\(outcome.errors)")
      #expect(outcome.errors.split(separator: "\n").count == 1)
      #expect(!folder.has(command[1]))
    }
    // A page is set in its reader's fonts.
    let page = try Command.run(
      Command.binary, [Fixture.example("coffee.jpg"), "--html", "out"], in: folder,
      environment: ["FONTCONFIG_FILE": folder.path("fonts.conf")])
    #expect(page.status == 0 && folder.has("out/index.html"))
  }

  @Test func `without a font for the language there is a warning`() throws {
    try folder.write(
      "fonts.conf",
      """
      <?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
      <fontconfig><dir>/usr/share/fonts/truetype/dejavu</dir><cachedir>\(folder.path("cache"))</cachedir></fontconfig>
      """.utf8)
    for (language, isWarned) in [("ko", true), ("en", false)] {
      let outcome = try Tools.run(
        "env", "FONTCONFIG_FILE=\(folder.path("fonts.conf"))", Command.binary.path,
        Fixture.example("coffee.jpg"), "--pdf", "walk.pdf", "--lang", language, in: folder)
      #expect(outcome.status == 0)
      #expect(outcome.errors.contains("no installed font") == isWarned)
    }
  }
}
