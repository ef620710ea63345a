import CAMNet
import Foundation
import TestSupport
import Testing

/// The page of a training in a real browser, as a person opens it: with photos that are taken for others, copies, boxes, a photo that
/// cannot be read, and a learning rate that was looked for.
@Suite(.serialized) struct TrainingPageTests {
  private let folder: Folder

  init() throws {
    folder = try Folder()
    try folder.makeTrainingPhotos()
    // Three copies of one photo, of which some are drawn to be kept back, and one in the other class.
    for number in 4..<7 {
      try folder.write("photos/light/\(number).bmp", folder.read("photos/light/0.bmp"))
    }
    try folder.write("photos/dark/wrong.bmp", folder.read("photos/light/1.bmp"))
    try folder.write("photos/dark/broken.bmp", "no picture".utf8)
    try folder.write(
      "boxes.csv", "path,x,y,width,height\nlight/1.bmp,4,4,20,20\ndark/1.bmp,0,0,16,32\n".utf8)
  }

  private func train(_ page: String, language: String) throws {
    let outcome = try Command.run(
      Command.binary,
      [
        "finetune", "photos", "--size", "32", "--epochs", "2", "--learning-rate", "auto",
        "--validation", "0.5", "--bad-photos", "20", "--boxes", "boxes.csv", "--keep-duplicates",
        "--out", "\(page).safetensors", "--html", page, "--lang", language,
      ], in: folder, environment: ["XDG_CACHE_HOME": folder.path("cache")])
    try #require(outcome.status == 0, "\(outcome.errors)")
  }

  private struct Findings: Decodable {
    let images: Int
    let brokenImages: Int
    let imagesWithoutText: Int
    let resources: [String]
    let overflow: Double
    let sections: [String]
    let brokenLinks: [String]
    let duplicateIDs: [String]
  }

  @Test func `the page loads whole at any width, is valid, and nothing in it is in a person's way`()
    throws
  {
    try train("out", language: "en")
    for width in [360, 1280] {
      let (json, errors) = try Tools.browse(frame(width: width), in: folder)
      #expect(!errors.contains("CONSOLE"), "\(errors)")
      let findings = try JSONDecoder().decode(Findings.self, from: json)
      #expect(findings.images >= 5)
      #expect(findings.brokenImages == 0 && findings.imagesWithoutText == 0)
      #expect(findings.resources.allSatisfy { $0.hasPrefix("data:") }, "\(findings.resources)")
      #expect(findings.overflow <= 0, "the page is wider than \(width) pixels")
      #expect(
        findings.sections == [
          "result", "curves", "classes", "mistakes", "evidence", "data", "variables", "repeat",
        ])
      #expect(findings.brokenLinks == [] && findings.duplicateIDs == [])
    }
    for scheme in ["light", "dark"] {
      let findings = try Tools.axe("out/index.html", scheme: scheme, in: folder)
      #expect(findings.dark == (scheme == "dark"))
      #expect(findings.passes > 15)
      #expect(findings.serious == [])
    }
    try train("korean", language: "ko")
    let outcome = try Tools.validate(["out/index.html", "korean/index.html"], in: folder)
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
  }

  /// A page that shows the training's in a frame of a given width and writes down what it finds there.
  private func frame(width: Int) -> String {
    Tools.frame(
      width: width,
      findings: """
        imagesWithoutText: images.filter(image => !image.alt).length,
        sections: [...page.querySelectorAll("h2[id]")].map(section => section.id),
        """)
  }
}
