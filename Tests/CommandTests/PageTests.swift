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
    let probed: String
    let probedByKey: String
    let range: [Double]
    let disagreeing: [String]
    let box: [Double]
    let smallerBox: [Double]
    let seen: String
    let field: [Double]
    let opacity: String
    let drawn: [Int]
    let drawnOfSecond: [Int]
    let blocks: Int
    let formulas: Int
  }

  /// What the test reads of a run record.
  private struct Record: Decodable {
    struct Size: Decodable {
      let width: Double
      let height: Double
    }

    struct Box: Decodable {
      let x: Double
      let y: Double
      let width: Double
      let height: Double
    }

    struct Prediction: Decodable {
      let box: Box?
    }

    let image: Size
    let predictions: [Prediction]
  }

  let folder: Folder

  init() throws {
    folder = try Folder()
    _ = try Command.run(Fixture.example("coffee.jpg"), "--html", "out", in: folder)
  }

  @Test(arguments: [360, 1280])
  func `the page loads whole, with no error and nothing from elsewhere`(width: Int) throws {
    let (json, errors) = try Tools.browse(frame(width: width), in: folder)
    #expect(!errors.contains("CONSOLE"), "\(errors)")
    let findings = try JSONDecoder().decode(Findings.self, from: json)
    #expect(findings.images >= 20)
    #expect(findings.brokenImages == 0)
    #expect(findings.imagesWithoutText == 0)
    #expect(findings.resources.allSatisfy { $0.hasPrefix("data:") }, "\(findings.resources)")
    #expect(findings.overflow <= 0, "the page is wider than \(width) pixels")
    #expect(findings.steps == 79)
    #expect(findings.brokenLinks == [])
    #expect(findings.duplicateIDs == [])
    #expect(findings.blocks == 62)
    #expect(findings.formulas >= 49)

    // The map explored: the value under the pointer is the raw map's, as its file has it.
    let map = try NumPyArray(folder.read("out/cam-1.npy"))
    // The pixel (111, 79) lies in the row and column of these places, 1/64 of the way before their middles.
    func between(_ first: Float, _ second: Float) -> Float { first / 64 + second * 63 / 64 }
    func row(_ row: Int) -> Float { between(map.values[row * 7 + 2], map.values[row * 7 + 3]) }
    let value = String(format: "%.4g", Double(between(row(1), row(2))))
    let part = String(format: "%.4g", Double(map.values[2 * 7 + 3]) / 49)
    #expect(findings.probed.contains("The map is \(value) here."), "\(findings.probed)")
    #expect(findings.probed.contains("Place row 3, column 4 puts \(part) into"))
    #expect(findings.probedByKey.contains("Place row 3, column 5 puts"))
    // What the pointer is told and the colours that are seen are the same, by the bar's range, all over the photo.
    #expect(findings.disagreeing == [])
    #expect(findings.range[0] < findings.range[1])
    // The box is the record's, and a smaller one of a higher threshold.
    let record = try JSONDecoder().decode(Record.self, from: folder.read("out/run.json"))
    let recorded = try #require(record.predictions[0].box)
    let photo = record.image
    let fractions = [
      recorded.x / photo.width, recorded.y / photo.height, recorded.width / photo.width,
      recorded.height / photo.height,
    ]
    #expect(zip(findings.box, fractions).allSatisfy { abs($0 / 100 - $1) < 1.1 / 224 })
    #expect(findings.smallerBox[2] < findings.box[2] && findings.smallerBox[3] < findings.box[3])
    // The receptive field of the place, cut to the photo.
    #expect(findings.seen.contains("851 × 851"), "\(findings.seen)")
    #expect(findings.field == [0, 0, 100, 100])
    #expect(findings.opacity == "0.2")
    #expect(findings.drawn.count == 4 && findings.drawn != findings.drawnOfSecond)
  }

  @Test func `without a script the page is complete, and it is not large`() throws {
    let page = try folder.read("out/index.html")
    #expect(page.count < 3_000_000)
    let text = String(decoding: page, as: UTF8.self)
    let script = try #require(text.range(of: "<script"))
    let body = text[..<script.lowerBound]
    // What needs the script is hidden until it runs; photo, overlays, bars and steps do not need it.
    #expect(
      body.contains("id=\"explorer\" aria-label=\"The map of a class over the photo\" hidden"))
    #expect(body.components(separatedBy: "data:image/jpeg;base64,").count >= 4)
    #expect(body.contains("class=\"bars\"") && body.contains("In [7]") && body.contains("Out [7]"))
  }

  @Test func `with scripts off, a person sees the photo, the overlays, the classes and every step`()
    throws
  {
    let page = """
      <!DOCTYPE html><title>frame</title><pre id="findings"></pre>
      <iframe src="out/index.html" sandbox="allow-same-origin" style="width: 1280px; height: 800px; border: 0"></iframe>
      <script>
      addEventListener("load", () => {
        const page = document.querySelector("iframe").contentDocument;
        const seen = selector => [...page.querySelectorAll(selector)]
          .filter(element => element.getBoundingClientRect().height > 0).length;
        document.getElementById("findings").textContent = JSON.stringify({
          explorer: seen(".explorer"), pictures: seen(".triptych img"), bars: seen(".bars li"),
          steps: seen("article.step"), figures: seen(".picture img"), links: seen("nav ol ol a"),
        });
      });
      </script>
      """
    let findings = try JSONDecoder().decode(
      [String: Int].self, from: Tools.browse(page, in: folder).json)
    #expect(findings["explorer"] == 0)
    #expect(findings["pictures"] == 3 && findings["bars"] == 5 && findings["steps"] == 79)
    #expect(
      findings["figures"].map { $0 >= 20 } == true && findings["links"].map { $0 >= 30 } == true)
  }

  @Test(arguments: ["light", "dark"])
  func `axe-core finds nothing serious in the page`(scheme: String) throws {
    let findings = try Tools.axe("out/index.html", scheme: scheme, in: folder)
    #expect(findings.dark == (scheme == "dark"))
    #expect(findings.passes > 20)
    #expect(findings.serious == [])
  }

  @Test func `the page is valid HTML by the W3C's checker`() throws {
    let korean = try Command.run(
      Fixture.example("coffee.jpg"), Fixture.example("cat.jpg"), "--html", "many", "--lang", "ko",
      in: folder)
    #expect(korean.status == 0)
    let outcome = try Tools.validate(
      ["out/index.html", "many/index.html", "many/cat/index.html"], in: folder)
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
  }

  /// A page that shows the report in a frame of a given width and writes down what it finds there.
  private func frame(width: Int) -> String {
    Tools.frame(
      width: width,
      script: """
        const explorer = page.getElementById("explorer");
        const canvas = explorer.querySelector("canvas");
        const probe = explorer.querySelector(".probe");
        const bounds = canvas.getBoundingClientRect();
        const point = (x, y) => canvas.dispatchEvent(new view.PointerEvent("pointermove", {
          clientX: bounds.left + ((x + 0.5) / 224) * bounds.width,
          clientY: bounds.top + ((y + 0.5) / 224) * bounds.height,
        }));
        const value = text => Number(text.replace("\u{2212}", "-"));
        const ends = explorer.querySelectorAll(".scale span");
        const range = [value(ends[1].textContent), value(ends[2].textContent)];
        const data = JSON.parse(page.getElementById("maps").textContent);
        const table = atob(data.colormaps.jet);
        // Some neighbours of jet's colours are the same.
        const levels = color => [...Array(256).keys()].filter(index =>
          [0, 1, 2].every(part => table.charCodeAt(index * 3 + part) === color[part]));
        const image = canvas.getContext("2d").getImageData(0, 0, 224, 224).data;
        const disagreeing = [];
        for (let y = 3; y < 224; y += 17) {
          for (let x = 5; x < 224; x += 17) {
            point(x, y);
            const told = value(probe.textContent.match(/The map is (\\S+) here/)[1]);
            const seen = levels(image.slice((y * 224 + x) * 4));
            if (!seen.some(level => Math.abs((told - range[0]) / (range[1] - range[0]) * 255 - level) < 1.5))
              disagreeing.push(`${x}, ${y}: ${told} ${seen}`);
          }
        }
        const box = explorer.querySelector(".box");
        const sides = element => ["left", "top", "width", "height"].map(side => parseFloat(element.style[side]));
        explorer.querySelector("input[name=box]").click();
        const boxed = sides(box);
        const threshold = explorer.querySelector("input[name=threshold]");
        threshold.value = 90;
        threshold.dispatchEvent(new view.Event("input"));
        const smallerBox = sides(box);
        explorer.querySelector("input[name=box]").click();
        point(111, 79);
        explorer.querySelector("input[name=field]").click();
        const seen = probe.textContent;
        const field = sides(explorer.querySelector(".field"));
        explorer.querySelector("input[name=field]").click();
        const probed = probe.textContent;
        canvas.dispatchEvent(new view.KeyboardEvent("keydown", { key: "ArrowRight" }));
        const probedByKey = probe.textContent;
        const slider = explorer.querySelector("input[name=opacity]");
        slider.value = 20;
        slider.dispatchEvent(new view.Event("input"));
        const copy = new OffscreenCanvas(224, 224).getContext("2d", { willReadFrequently: true });
        const pixel = () => {
          copy.drawImage(canvas, 0, 0);
          return [...copy.getImageData(150, 40, 1, 1).data];
        };
        const drawn = pixel();
        explorer.querySelectorAll("input[type=radio]")[1].click();
        """,
      findings: """
        imagesWithoutText: images.filter(image => !image.alt && !explorer.contains(image)).length,
        probed, probedByKey, range, disagreeing, box: boxed, smallerBox, seen, field, drawn, drawnOfSecond: pixel(), opacity: canvas.style.opacity,
        blocks: page.querySelectorAll(".drawing a").length,
        formulas: page.querySelectorAll("math").length,
        steps: page.querySelectorAll("article.step").length,
        """)
  }
}
