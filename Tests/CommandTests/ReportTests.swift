import Foundation
import TestSupport
import Testing

/// What a person gets who types `camreport coffee.jpg`.
@Suite struct ReportTests {
  let folder: Folder

  init() throws {
    folder = try Folder()
  }

  @Test func `the common case writes a complete folder and says where it is`() throws {
    let outcome = try Command.run(Fixture.example("coffee.jpg"), "--html", "out", in: folder)
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")
    #expect(outcome.lines.last == "out/index.html")
    #expect(outcome.output.contains("espresso"))
    #expect(
      try folder.names(in: "out") == [
        "cam-1.npy", "cam-1.png", "cam-2.npy", "cam-2.png", "index.html", "original.png",
        "run.json",
      ])
  }

  @Test func `with no output named the report goes beside, under the photo's name`() throws {
    let outcome = try Command.run(Fixture.example("cat.jpg"), in: folder)
    #expect(outcome.status == 0)
    #expect(outcome.lines.last == "cat-cam/index.html")
    #expect(folder.has("cat-cam/run.json"))
  }

  @Test func `the run record says what ran`() throws {
    _ = try Command.run(Fixture.example("coffee.jpg"), "--html", "out", in: folder)
    let record = try folder.json("out/run.json")
    #expect(record["model"] as? String == "efficientnet-lite0")
    #expect(record["status"] as? String == "completed")
    let image = try #require(record["image"] as? [String: Any])
    #expect(image["width"] as? Int == 600)
    #expect(image["height"] as? Int == 400)
    #expect((image["sha256"] as? String)?.count == 64)
    let predictions = try #require(record["predictions"] as? [[String: Any]])
    #expect(predictions.count == 5)
    #expect(predictions.first?["label"] as? String == "espresso")
    #expect(abs((predictions.first?["probability"] as? Double ?? 0) - 0.8956) < 1e-3)
    let steps = try #require(record["steps"] as? [[String: Any]])
    #expect(steps.map { $0["number"] as? Int } == (1...steps.count).map { $0 })
    #expect(steps.allSatisfy { $0["status"] as? String == "completed" })
    let stem = try #require(steps.first { $0["name"] as? String == "stem" })
    #expect(stem["output_shape"] as? [Int] == [1, 112, 112, 32])
    #expect(stem["arithmetic"] as? [String] == ["⌊(224 − 1) / 2⌋ + 1 = 112"])
    for key in ["parameters", "multiply_adds", "min", "max", "mean", "std", "milliseconds"] {
      #expect(stem[key] is NSNumber, "\(key)")
    }
  }

  @Test(arguments: [
    ([], "center", 0.65, "15.5 pixels too far up"),
    (["--placement", "notebook", "--box", "0.4"], "notebook", 0.4, "15.5 pixels further down"),
    (["--placement", "receptive-field"], "receptive-field", 0.65, "the 851 × 851 pixels"),
    (["--weights", "synthetic:a"], "notebook", 0.65, "7.5 pixels further down"),
  ])
  func `maps lie by the rule that was asked for, which record and walk-through name`(
    arguments: [String], rule: String, share: Double, words: String
  ) throws {
    _ = try Command.run(
      Command.binary, [Fixture.example("cat.jpg"), "--html", "out"] + arguments, in: folder)
    let options = try #require(try folder.json("out/run.json")["options"] as? [String: Any])
    #expect(options["placement"] as? String == rule)
    #expect(abs((options["box_threshold"] as? Double ?? 0) - share) < 1e-6)
    #expect(try String(decoding: folder.read("out/index.html"), as: UTF8.self).contains(words))
  }

  @Test func `made up weights get no place in the headline, and many photos one colour bar`() throws
  {
    _ = try Command.run(
      Fixture.example("cat.jpg"), Fixture.example("coffee.jpg"), "--weights", "synthetic:a",
      "--html",
      "out", in: folder)
    let page = try String(decoding: folder.read("out/cat/index.html"), as: UTF8.self)
    let headline = try #require(page.firstMatch(of: /<h1>(.*)<\/h1>/)?.1)
    #expect(headline.contains("VGG16-CAM says") && !headline.contains("looked"), "\(headline)")
    let index = try String(decoding: folder.read("out/index.html"), as: UTF8.self)
    #expect(index.contains("each map’s smallest value") && index.contains("linear-gradient"))
  }

  @Test func `the raw maps are NumPy files whose mean is the logit`() throws {
    _ = try Command.run(Fixture.example("coffee.jpg"), "--html", "out", "--size", "448", in: folder)
    let map = try NumPyArray(folder.read("out/cam-1.npy"))
    #expect(map.shape == [14, 14])
    let steps = try #require(try folder.json("out/run.json")["steps"] as? [[String: Any]])
    let features = steps.first { $0["name"] as? String == "features" }
    #expect(features?["output_shape"] as? [Int] == [1, 14, 14, 1280])
  }

  @Test func `the walk-through of VGG16-CAM mirrors the notebook's cells in order`() throws {
    let outcome = try Command.run(
      Fixture.example("cat.jpg"), "--weights", "synthetic:camreport", "--html", "out",
      "--save-tensors", "tensors", in: folder)
    #expect(outcome.status == 0)
    let steps = try #require(try folder.json("out/run.json")["steps"] as? [[String: Any]])
    let names = steps.compactMap { $0["name"] as? String }
    let notebook = [
      "class_names", "photo", "resized", "r", "g", "b", "image", "conv1_1", "conv1_2", "pool1",
      "conv2_1", "conv2_2", "pool2", "conv3_1", "conv3_2", "conv3_3", "pool3", "conv4_1",
      "conv4_2", "conv4_3", "pool4", "conv5_1", "conv5_2", "conv5_3", "kernels", "group1",
      "group2", "conv_grp1", "conv_grp2", "conv_output", "CAM_conv", "gap", "dropout", "CAM_fc",
      "softmax", "class_weights", "class_map", "upsampled", "normalized", "overlay", "loss",
      "trainable_variables", "weight_decay", "total_loss",
    ]
    #expect(names.filter(notebook.contains) == notebook)

    let number = try #require(names.firstIndex(of: "conv2_1")) + 1
    let tensor = try NumPyArray(folder.read("tensors/\(number)-conv2_1.npy"))
    #expect(tensor.shape == [1, 112, 112, 128])

    let page = String(decoding: try folder.read("out/index.html"), as: UTF8.self)
    #expect(page.contains("(1, 112, 112, 128) float32"))
    #expect(page.contains("(224 − 1) / 1 + 1 = 224"))
    #expect(page.contains("(224 − 2) / 2 + 1 = 112"))
    #expect(
      page.contains("conv1_1 = relu(conv2d(image, W, strides=1, padding=&#39;SAME&#39;) + b)"))
    #expect(page.contains("No ReLU follows here"))
  }

  @Test func `one's own class names are used`() throws {
    let names = (0..<1000).map { "class <\($0)>" }.joined(separator: "\n")
    try folder.write("names.txt", names.utf8)
    let outcome = try Command.run(
      Fixture.example("coffee.jpg"), "--html", "out", "--classes", "names.txt", in: folder)
    #expect(outcome.output.contains("class <967>"))
    let page = String(decoding: try folder.read("out/index.html"), as: UTF8.self)
    #expect(page.contains("class &lt;967&gt;"))
    #expect(!page.contains("<967>"))
  }

  @Test func `several photos get a folder each, and a bad one costs only itself`() throws {
    try folder.write("bad.jpg", "this is text".utf8)
    let outcome = try Command.run(
      Fixture.example("coffee.jpg"), "bad.jpg", Fixture.example("cat.jpg"), "--html", "out",
      in: folder)
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("bad.jpg"))
    #expect(folder.has("out/coffee/run.json"))
    #expect(folder.has("out/cat/run.json"))
    #expect(!folder.has("out/bad"))
    #expect(outcome.lines.last == "out/index.html")
    let index = String(decoding: try folder.read("out/index.html"), as: UTF8.self)
    #expect(index.contains("bad.jpg: "))
  }

  @Test func `a crop keeps the photo's proportions`() throws {
    let outcome = try Command.run(
      Fixture.example("cat.jpg"), "--crop", "--resize", "lanczos", "--html", "out", in: folder)
    #expect(outcome.status == 0)
    let input = try folder.json("out/run.json")["input"] as? [String: Any]
    #expect(input?["crop"] as? Bool == true)
    #expect(input?["resize"] as? String == "lanczos")
  }

  @Test func `verbose logs a line for each step, piped it is quiet`() throws {
    let outcome = try Command.run(
      Fixture.example("cat.jpg"), "--verbose", "--html", "out", in: folder)
    let steps = try #require(try folder.json("out/run.json")["steps"] as? [[String: Any]])
    #expect(outcome.errors.split(separator: "\n").count == steps.count)
    #expect(outcome.errors.contains("stem  (1, 112, 112, 32) float32"))
  }

  @Test func `a layer that fails midway is marked, and later ones as not run`() throws {
    try HugeWeights.write(to: folder.path("huge.npz"), layer: "conv2_2")
    let outcome = try Command.run(
      Fixture.example("cat.jpg"), "--weights", "huge.npz", "--html", "out", in: folder)
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("conv2_2"))
    #expect(outcome.lines.last == "out/index.html")
    let record = try folder.json("out/run.json")
    #expect(record["status"] as? String == "failed")
    #expect((record["predictions"] as? [Any])?.isEmpty == true)
    let steps = try #require(record["steps"] as? [[String: Any]])
    let failing = try #require(steps.firstIndex { $0["name"] as? String == "conv2_2" })
    for (index, step) in steps.enumerated() {
      let status = step["status"] as? String
      #expect(status == (index < failing ? "completed" : index == failing ? "failed" : "not_run"))
    }
    let page = String(decoding: try folder.read("out/index.html"), as: UTF8.self)
    #expect(page.contains("<span class=\"badge\">failed</span>"))
    #expect(page.contains("<span class=\"badge\">not run</span>"))
  }
}
