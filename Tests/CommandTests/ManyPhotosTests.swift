import Foundation
import TestSupport
import Testing

/// A folder of photos in one command.
@Suite struct ManyPhotosTests {
  let folder: Folder

  init() throws {
    folder = try Folder()
    for name in ["b10.jpg", "b9.jpg"] {
      try folder.write(name, Data(contentsOf: URL(filePath: Fixture.example("coffee.jpg"))))
    }
    try folder.write("a.jpg", Data(contentsOf: URL(filePath: Fixture.example("cat.jpg"))))
  }

  private func run(_ arguments: String...) throws -> Command.Outcome {
    try Command.run(
      Command.binary, ["b10.jpg", "a.jpg", "b9.jpg", "--html", "out"] + arguments, in: folder)
  }

  @Test func `the index page sorts the photos and shows those of one class`() throws {
    #expect(try run().lines.last == "out/index.html")
    let (json, errors) = try Tools.browse(
      """
      <!DOCTYPE html><title>frame</title><pre id="findings"></pre>
      <iframe src="out/index.html" style="width: 360px; height: 800px; border: 0"></iframe>
      <script>
      addEventListener("load", async () => {
        const page = document.querySelector("iframe").contentDocument;
        const form = page.querySelector("form");
        const images = [...page.images];
        for (const image of images) image.loading = "eager";
        while (!images.every(image => image.complete)) await new Promise(requestAnimationFrame);
        const names = () => [...page.querySelectorAll(".photos li")].filter(item => !item.hidden)
          .map(item => item.dataset.name);
        const choose = (field, value) => {
          form.elements[field].value = value;
          form.elements[field].dispatchEvent(new Event("change", { bubbles: true }));
          return names();
        };
        document.getElementById("findings").textContent = JSON.stringify({
          given: names(), name: choose("sort", "name"), probability: choose("sort", "probability"),
          label: choose("sort", "label"), filtered: choose("filter", "espresso"),
          shown: page.querySelector(".shown").textContent,
          broken: images.filter(image => !image.naturalWidth).length,
          links: [...page.querySelectorAll(".photos a")].map(link => link.getAttribute("href")),
          overflow: page.documentElement.scrollWidth - page.documentElement.clientWidth,
        });
      });
      </script>
      """, in: folder)
    struct Findings: Decodable {
      let given: [String], name: [String], probability: [String], label: [String]
      let filtered: [String], shown: String, broken: Int, links: [String], overflow: Int
    }
    #expect(!errors.contains("CONSOLE"), "\(errors)")
    let findings = try JSONDecoder().decode(Findings.self, from: json)
    #expect(findings.given == ["b10.jpg", "a.jpg", "b9.jpg"])
    #expect(findings.name == ["a.jpg", "b9.jpg", "b10.jpg"])
    #expect(findings.probability.last == "a.jpg")
    #expect(findings.label.first == "a.jpg")
    #expect(Set(findings.filtered) == ["b9.jpg", "b10.jpg"])
    #expect(findings.shown == "2 of 3 shown")
    #expect(findings.broken == 0 && findings.overflow <= 0)
    for link in findings.links { #expect(folder.has("out/\(link)")) }
  }

  @Test func `an interrupted run goes on: what is complete and unchanged is left as it is`() throws
  {
    _ = try run()
    // As if interrupted in the second photo, whose record is written last.
    try FileManager.default.removeItem(at: folder.url.appending(path: "out/a/run.json"))
    // What is left as it is keeps this mark.
    for name in ["b10", "a", "b9"] { try folder.write("out/\(name)/index.html", "mark".utf8) }
    func isMarked(_ name: String) throws -> Bool {
      try folder.read("out/\(name)/index.html") == Data("mark".utf8)
    }
    #expect(try run("--resume").status == 0)
    #expect(try isMarked("b10") && !isMarked("a") && isMarked("b9"))
    let index = String(decoding: try folder.read("out/index.html"), as: UTF8.self)
    #expect(index.matches(of: /<li data-order/).count == 3)

    // Another photo under the same name, and other options, are run.
    try folder.write("b9.jpg", Data(contentsOf: URL(filePath: Fixture.example("cat.jpg"))))
    #expect(try run("--resume").status == 0)
    #expect(try isMarked("b10") && !isMarked("b9"))
    #expect(try run("--resume", "--crop").status == 0)
    #expect(try !isMarked("b10"))
  }
}
