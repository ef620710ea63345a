import Foundation
import TestSupport
import Testing

/// The page in a real browser, as a person opens it.
@Suite(.serialized) struct PageTests {
  /// What a script in the browser found in the page.
  struct Findings: Decodable {
    let images: Int
    let brokenImages: Int
    let resources: [String]
    let overflow: Double
    let steps: Int
    let brokenLinks: [String]
    let duplicateIDs: [String]
    let imagesWithoutText: Int
  }

  let folder: Folder

  init() throws {
    folder = try Folder()
    _ = try Command.run(Fixture.example("coffee.jpg"), "--html", "out", in: folder)
  }

  @Test(arguments: [360, 1280])
  func `the page loads whole, with no error and nothing from elsewhere`(width: Int) throws {
    try folder.write("frame.html", Array(frame(width: width).utf8))
    let outcome = try Command.run(
      URL(filePath: "/usr/bin/chromium"),
      [
        "--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files",
        "--user-data-dir=\(folder.path("browser"))", "--enable-logging=stderr",
        "--virtual-time-budget=20000", "--window-size=1400,900", "--dump-dom",
        "file://\(folder.path("frame.html"))",
      ], in: folder)
    #expect(!outcome.errors.contains("CONSOLE"), "\(outcome.errors)")
    let start = try #require(outcome.output.range(of: "<pre id=\"findings\">"))
    let end = try #require(
      outcome.output.range(of: "</pre>", range: start.upperBound..<outcome.output.endIndex))
    let json = outcome.output[start.upperBound..<end.lowerBound]
      .replacingOccurrences(of: "&amp;", with: "&")
    let findings = try JSONDecoder().decode(Findings.self, from: Data(json.utf8))
    #expect(findings.images >= 20)
    #expect(findings.brokenImages == 0)
    #expect(findings.imagesWithoutText == 0)
    #expect(findings.resources.allSatisfy { $0.hasPrefix("data:") }, "\(findings.resources)")
    #expect(findings.overflow <= 0, "the page is wider than \(width) pixels")
    #expect(findings.steps == 78)
    #expect(findings.brokenLinks == [])
    #expect(findings.duplicateIDs == [])
  }

  /// A page that shows the report in a frame of a given width and writes down what it finds there.
  private func frame(width: Int) -> String {
    """
    <!DOCTYPE html><title>frame</title><pre id="findings"></pre>
    <iframe src="out/index.html" style="width: \(width)px; height: 800px; border: 0"></iframe>
    <script>
    addEventListener("load", async () => {
      const view = document.querySelector("iframe").contentWindow;
      const page = view.document;
      const images = [...page.images];
      for (const image of images) image.loading = "eager";
      while (!images.every(image => image.complete)) await new Promise(requestAnimationFrame);
      const ids = [...page.querySelectorAll("[id]")].map(element => element.id);
      document.getElementById("findings").textContent = JSON.stringify({
        images: images.length,
        brokenImages: images.filter(image => !image.complete || !image.naturalWidth).length,
        imagesWithoutText: images.filter(image => !image.alt).length,
        resources: view.performance.getEntriesByType("resource").map(entry => entry.name.slice(0, 60)),
        overflow: page.documentElement.scrollWidth - page.documentElement.clientWidth,
        steps: page.querySelectorAll("article.step").length,
        brokenLinks: [...page.querySelectorAll("a[href^='#']")].map(link => link.getAttribute("href"))
          .filter(href => !page.getElementById(href.slice(1))),
        duplicateIDs: ids.filter((id, index) => ids.indexOf(id) !== index),
      });
    });
    </script>
    """
  }
}
