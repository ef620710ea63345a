import Foundation
import TestSupport
import Testing

@Suite struct LayersTests {
  let folder: Folder

  init() throws {
    folder = try Folder()
  }

  private func narrow(_ arguments: String...) throws -> Command.Outcome {
    try Command.run(
      URL(filePath: "/usr/bin/env"), ["COLUMNS=80", Command.binary.path, "layers"] + arguments,
      in: folder)
  }

  @Test(arguments: ["efficientnet-lite0", "vgg16-cam"])
  func `the table fits 80 columns`(model: String) throws {
    let outcome = try narrow(model)
    #expect(outcome.status == 0)
    #expect(outcome.lines.allSatisfy { $0.count <= 80 })
    #expect(outcome.lines.count > 36)
  }

  @Test func `with room the table has everything`() throws {
    let outcome = try Command.run("layers", "vgg16-cam", in: folder)
    let line = try #require(outcome.lines.first { $0.hasPrefix("conv2_1 ") })
    for word in [
      "convolution", "3×3×64×128", "(1, 112, 112, 128)", "(112 − 1) / 1 + 1 = 112", "73,856",
      "924,844,032", "6.42\u{A0}MB",
    ] {
      #expect(line.contains(word), "\(line)")
    }
    #expect(outcome.output.contains("33 layers, 18,099,008 parameters"))
  }

  @Test func `JSON holds every layer and the totals`() throws {
    let outcome = try Command.run("layers", "--format", "json", "--size", "448", in: folder)
    let listing = try #require(
      try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    let layers = try #require(listing["layers"] as? [[String: Any]])
    #expect(layers.count == 62)
    let features = try #require(layers.first { $0["name"] as? String == "features" })
    #expect(features["output_shape"] as? [Int] == [1, 14, 14, 1280])
    #expect(features["kernel"] as? String == "1×1×320×1280")
    #expect((listing["totals"] as? [String: Any])?["parameters"] as? Int == 4_694_024)
  }

  @Test func `CSV and Markdown have a line for each layer`() throws {
    let csv = try Command.run("layers", "--format", "csv", in: folder)
    #expect(csv.lines.count == 63)
    #expect(csv.lines[2].hasPrefix("stem,convolution,3×3×3×32,\"(1, 112, 112, 32)\","))
    let markdown = try Command.run("layers", "--format", "markdown", in: folder)
    #expect(markdown.lines.filter { $0.hasPrefix("| `") }.count == 62)
  }

  @Test func `weights that do not fit end the table before the layer that fails, and name it`()
    throws
  {
    let outcome = try narrow("--weights", Fixture.path("weights.npz"))
    #expect(outcome.status == 1)
    #expect(outcome.output.contains("image"))
    #expect(!outcome.output.contains("conv1_1"))
    #expect(outcome.errors.contains("layer 'conv1_1'"))
    #expect(outcome.errors.contains("3×3×3×4") && outcome.errors.contains("3×3×3×64"))
  }
}
