import CAMNet
import Foundation
import TestSupport
import Testing

/// How photos are prepared for networks from files, as options and files say it.
@Suite struct PreparationTests {
  private func folder(_ writer: ONNXWriter = .small()) throws -> Folder {
    let folder = try Folder()
    try folder.write("net.onnx", writer.bytes)
    try folder.write(
      "photo.bmp", SyntheticWeights(seed: "own").image(width: 20, height: 16).bmpData)
    return folder
  }

  private func input(_ folder: Folder, _ arguments: String...) throws -> [String: Any] {
    let run = try Command.run(
      Command.binary, ["photo.bmp", "--model", "net.onnx", "--html", "out"] + arguments, in: folder)
    #expect(run.status == 0, "\(run.errors)")
    return try #require(folder.json("out/run.json")["input"] as? [String: Any])
  }

  private func preparation(_ input: [String: Any]) throws -> [String: Any] {
    try #require(input["preparation"] as? [String: Any])
  }

  private func page(_ folder: Folder) throws -> String {
    String(decoding: try folder.read("out/index.html"), as: UTF8.self)
  }

  @Test func `what nobody says is assumed, and the report begins with that`() throws {
    let folder = try folder()
    let prepared = try preparation(input(folder))
    #expect(prepared["origin"] as? String == "assumed")
    #expect(try page(folder).contains("Assumed: nobody says how photos are prepared"))
    #expect(try page(folder).contains("(batch, channels, height, width)"))
    #expect(try page(folder).contains("(1, 6, 8, 8)"))
  }

  @Test(arguments: [
    (["--preprocess", "half"], "rgb", [127.5, 127.5, 127.5], [127.5, 127.5, 127.5]),
    (["--preprocess", "caffe"], "bgr", [103.939, 116.779, 123.68], [1, 1, 1]),
    (["--preprocess", "unit", "--bgr"], "bgr", [0, 0, 0], [255, 255, 255]),
    (["--mean", "0.5,0.25,0", "--std", "1"], "rgb", [127.5, 63.75, 0], [255, 255, 255]),
    (["--mean", "100", "--std", "50,25,10", "--bgr"], "bgr", [100, 100, 100], [50, 25, 10]),
  ])
  func `options say it, and the record is verified with them`(
    options: [String], channels: String, offsets: [Double], divisors: [Double]
  ) throws {
    let folder = try folder()
    let run = try Command.run(
      Command.binary, ["photo.bmp", "--model", "net.onnx", "--html", "out"] + options, in: folder)
    #expect(run.status == 0, "\(run.errors)")
    let record = try #require(folder.json("out/run.json")["input"] as? [String: Any])
    let prepared = try preparation(record)
    #expect(prepared["origin"] as? String == "options")
    let numbers = try #require(prepared["preparation"] as? [String: Any])
    #expect(numbers["channels"] as? String == channels)
    let found = try #require(numbers["offsets"] as? [Double])
    #expect(zip(found, offsets).allSatisfy { abs($0 - $1) < 1e-3 })
    #expect(numbers["divisors"] as? [Double] == divisors)
    #expect(try !page(folder).contains("Assumed"))
    #expect(try Command.run("verify", "out/run.json", in: folder).status == 0)
  }

  @Test func `a file beside the network says it, and how the photo is cut`() throws {
    let folder = try folder()
    try folder.write(
      "preprocessor_config.json",
      #"""
      {"image_processor_type": "BitImageProcessor", "do_resize": true, "resample": 2, "do_rescale": true,
       "rescale_factor": 0.00392156862745098, "do_normalize": true, "do_center_crop": true,
       "size": {"shortest_edge": 16}, "crop_size": {"height": 8, "width": 8},
       "image_mean": [0.5, 0.5, 0.5], "image_std": [0.25, 0.25, 0.25]}
      """#.utf8)
    try folder.write(
      "config.json", #"{"id2label": {"0": "ant", "1": "bee", "2": "cow", "3": "dog"}}"#.utf8)
    let record = try input(folder)
    #expect(record["resize"] as? String == "bilinear")
    #expect(record["crop"] as? Double == 0.5)
    let prepared = try preparation(record)
    #expect(prepared["origin"] as? String == "file")
    #expect(prepared["file"] as? String == "preprocessor_config.json")
    let text = try page(folder)
    #expect(text.contains("<code>preprocessor_config.json</code>"))
    #expect(text.contains("‘ant’, ‘bee’, ‘cow’, ‘dog’"))
    // The record says all of it: the files may be gone but for the names.
    try FileManager.default.removeItem(atPath: folder.path("preprocessor_config.json"))
    let verified = try Command.run("verify", "out/run.json", in: folder)
    #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
    // Options go before files.
    let squeezed = try input(folder, "--crop", "none", "--resize", "nearest")
    #expect(squeezed["crop"] as? Bool == false && squeezed["resize"] as? String == "nearest")
  }

  @Test func `a file that says it in a way that cannot be done is refused`() throws {
    let folder = try folder()
    for (text, words) in [
      (
        #"{"input_size": [3, 8, 8], "mean": [0, 0], "std": [1, 1, 1]}"#,
        "one for each of 3 channels"
      ),
      (#"{"input_size": [3, 8, 8], "mean": [0, 0, 0], "std": [1, 0, 1]}"#, "no deviation is 0"),
      (#"{"image_mean": "half"}"#, "'image_mean' has a value of the wrong kind"),
      (
        #"{"image_mean": [0,0,0], "size": {"height": 9}, "crop_size": 5, "do_center_crop": true}"#,
        "which camreport does not do"
      ),
      ("{", "is no JSON"),
    ] {
      try folder.write("how.json", text.utf8)
      let run = try Command.run(
        "photo.bmp", "--model", "net.onnx", "--preprocess", "how.json", in: folder)
      #expect(run.status == 1 && run.errors.contains(words), "\(run.errors)")
    }
    try folder.write("how.json", "{}".utf8)
    let silent = try Command.run(
      "photo.bmp", "--model", "net.onnx", "--preprocess", "how.json", in: folder)
    #expect(silent.status == 1 && silent.errors.contains("says nothing of how photos are prepared"))
    let own = try Command.run("photo.bmp", "--preprocess", "unit", in: folder)
    #expect(own.status == 1 && own.errors.contains("prepares photos as it was trained"))
  }

  @Test func `a part of the photo's middle is cut out`() throws {
    let folder = try folder()
    for (arguments, crop) in [(["--crop"], 1.0), (["--crop", "0.5"], 0.5)] {
      let run = try Command.run(
        Command.binary, ["--model", "net.onnx", "--html", "out"] + arguments + ["photo.bmp"],
        in: folder)
      #expect(run.status == 0, "\(run.errors)")
      let record = try #require(folder.json("out/run.json")["input"] as? [String: Any])
      #expect((record["crop"] as? NSNumber)?.doubleValue == crop)
      #expect(try Command.run("verify", "out/run.json", in: folder).status == 0)
    }
    let wrong = try Command.run("photo.bmp", "--crop", "0.01", "--model", "net.onnx", in: folder)
    #expect(wrong.status != 0)
  }

  @Test func `a network of one logit says a probability, and no loss of softmax`() throws {
    let folder = try folder(.small(classes: 1))
    _ = try input(folder)
    let record = try folder.json("out/run.json")
    let first = try #require((record["predictions"] as? [[String: Any]])?.first)
    let logit = try #require(first["logit"] as? Double)
    let probability = try #require(first["probability"] as? Double)
    #expect(abs(probability - 1 / (1 + exp(-logit))) < 1e-9)
    let steps = try #require(record["steps"] as? [[String: Any]]).compactMap {
      $0["name"] as? String
    }
    #expect(steps.contains("sigmoids") && !steps.contains("loss"))
    #expect(try Command.run("verify", "out/run.json", in: folder).status == 0)
  }

  @Test func `presets are tried side by side`() throws {
    let folder = try folder()
    let tried = try Command.run(
      "photo.bmp", "--model", "net.onnx", "--try-preprocessing", in: folder)
    #expect(tried.status == 0, "\(tried.errors)")
    for (name, _) in Preparation.presets {
      #expect(tried.lines.contains { $0.hasPrefix(name) && $0.contains("bits") }, "\(tried.output)")
    }
    #expect(tried.lines.contains { $0.hasPrefix("imagenet *") })
    #expect(tried.output.contains("at most 2.00 bits"))
    #expect(!FileManager.default.fileExists(atPath: folder.path("photo-cam")))
  }

  @Test func `a lock holds how photos are prepared, and the order of the axes`() throws {
    let folder = try folder()
    let locked = try Command.run(
      "lock", "net.onnx", "--image", "photo.bmp", "--preprocess", "caffe", "-o", "a.json",
      in: folder)
    #expect(locked.status == 0, "\(locked.errors)")
    let models = try #require(folder.json("a.json")["models"] as? [String: [String: Any]])
    #expect(models["net"]?["axis_order"] as? String == "channels_first")
    let checked = try Command.run("check", "a.json", in: folder)
    #expect(checked.status == 0, "\(checked.output)\(checked.errors)")
    #expect(try Command.run("check", "a.json", "--update", in: folder).status == 0)
    #expect(try Command.run("check", "a.json", in: folder).status == 0)
  }

  @Test func `inputs may be wider than high, and of one channel`() throws {
    for shape in [[1, 3, 6, 24], [1, 1, 12, 7]] {
      var writer = ONNXWriter()
      writer.input.shape = shape
      writer.weight(
        "conv.weight", [5, shape[1], 3, 3], (0..<5 * shape[1] * 9).map { Float($0 * 5 % 7) - 3 })
      writer.weight("fc.weight", [3, 5], (0..<15).map { Float($0 * 7 % 5) - 2 })
      writer.node("Conv", ["input", "conv.weight"], ["c"], [("pads", .integers([1, 1, 1, 1]))])
      writer.node("Relu", ["c"], ["r"])
      writer.node("GlobalAveragePool", ["r"], ["p"])
      writer.node("Flatten", ["p"], ["f"])
      writer.node("Gemm", ["f", "fc.weight"], ["logits"], [("transB", .integer(1))])
      writer.outputs = ["logits"]
      let folder = try folder(writer)
      let record = try input(folder)
      #expect(record["size"] as? [Int] == [shape[2], shape[3]])
      #expect(try page(folder).contains("\(shape[2]) × \(shape[3]) pixels"))
      let maps = try #require(folder.json("out/run.json")["predictions"] as? [[String: Any]])
      #expect(maps.contains { $0["box"] != nil })
      #expect(try Command.run("verify", "out/run.json", in: folder).status == 0)
      let cropped = try input(folder, "--crop", "0.9")
      #expect((cropped["crop"] as? NSNumber)?.doubleValue == 0.9)
    }
  }
}
