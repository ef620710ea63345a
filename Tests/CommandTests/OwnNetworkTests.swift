import CAMNet
import Foundation
import TestSupport
import Testing

/// Networks of one's own, from ONNX files, as the commands take them.
@Suite struct OwnNetworkTests {
  private func folder() throws -> Folder {
    let folder = try Folder()
    try FileManager.default.createDirectory(
      at: folder.url.appending(path: "nets"), withIntermediateDirectories: true)
    try folder.write("nets/one.onnx", ONNXWriter.small().bytes)
    try folder.write("nets/two.onnx", ONNXWriter.small(classes: 3).bytes)
    var plain = ONNXWriter.small()
    plain.node("Sin", ["g"], ["t"])
    plain.outputs = ["t"]
    try folder.write("plain.onnx", plain.bytes)
    try folder.write(
      "photo.bmp", SyntheticWeights(seed: "own").image(width: 20, height: 16).bmpData)
    return folder
  }

  @Test func `layers are listed, those of camreport's own and those that run plainly`() throws {
    let folder = try folder()
    let outcome = try Command.run("layers", "nets/one.onnx", in: folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.lines.first == "one at 8 × 8, shapes are (batch, channels, height, width)")
    let line = try #require(outcome.lines.first { $0.hasPrefix("layer1_0_conv1") })
    #expect(
      line.contains(" convolution ") && line.contains("3×3×3×6") && line.contains("(1, 6, 8, 8)"))
    #expect(outcome.output.contains("6 layers, 196 parameters"))
    let plain = try Command.run("layers", "plain.onnx", in: folder)
    #expect(plain.lines.contains { $0.hasPrefix("t ") && $0.contains("onnx_sin") })
    let same = try Command.run("layers", "--weights", "nets/one.onnx", in: folder)
    #expect(same.output == outcome.output)
  }

  @Test func `a folder of networks is locked and checked at once, and what changed is named`()
    throws
  {
    let folder = try folder()
    let locked = try Command.run("lock", "nets", "-o", "own.lock.json", in: folder)
    #expect(locked.status == 0, "\(locked.errors)")
    let models = try #require(folder.json("own.lock.json")["models"] as? [String: [String: Any]])
    #expect(
      models.mapValues { $0["file"] as? String } == [
        "one": "nets/one.onnx", "two": "nets/two.onnx",
      ])
    let agreed = try Command.run("check", "own.lock.json", in: folder)
    #expect(agreed.output == "one at 8 × 8: 6 layers as locked\ntwo at 8 × 8: 6 layers as locked\n")

    try folder.write("nets/one.onnx", ONNXWriter.small(stride: 2).bytes)
    let changed = try Command.run("check", "own.lock.json", in: folder)
    #expect(changed.status == 1)
    #expect(changed.output.contains("layer 'layer1_0_conv1' changed"))
    #expect(changed.output.contains("stride was 1, is 2"))
    let updated = try Command.run("check", "own.lock.json", "--update", in: folder)
    #expect(updated.status == 0)
    #expect(try Command.run("check", "own.lock.json", in: folder).status == 0)

    try FileManager.default.removeItem(atPath: folder.path("nets/two.onnx"))
    let gone = try Command.run("check", "own.lock.json", in: folder)
    #expect(gone.status == 1)
    #expect(gone.output.contains("nets/two.onnx: there is no such file, which the lock names"))
  }

  @Test func `two files of one name are not locked together`() throws {
    let folder = try folder()
    try folder.write("one.onnx", ONNXWriter.small().bytes)
    let outcome = try Command.run("lock", "one.onnx", "nets/one.onnx", "-o", "x.json", in: folder)
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("are both called 'one'; lock them in a file each"))
  }

  @Test func `numbers of a run are locked and checked`() throws {
    let folder = try folder()
    let locked = try Command.run(
      "lock", "nets/one.onnx", "--image", "photo.bmp", "-o", "numbers.json", in: folder)
    #expect(locked.status == 0, "\(locked.errors)")
    let agreed = try Command.run("check", "numbers.json", in: folder)
    #expect(agreed.status == 0, "\(agreed.output)\(agreed.errors)")
    // Another stride leaves the parameters as they are and changes numbers alone.
    try folder.write("nets/one.onnx", ONNXWriter.small(stride: 2).bytes)
    #expect(try Command.run("check", "numbers.json", in: folder).status == 1)
  }

  @Test func `a report is made, and its record verified`() throws {
    let folder = try folder()
    let run = try Command.run("photo.bmp", "--model", "nets/one.onnx", "--html", "out", in: folder)
    #expect(run.status == 0, "\(run.errors)")
    let record = try folder.json("out/run.json")
    #expect(record["model"] as? String == "one")
    let verified = try Command.run("verify", "out/run.json", in: folder)
    #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
  }

  @Test func `a report with weights from elsewhere names the network's file, and is verified`()
    throws
  {
    let folder = try folder()
    let converted = try Command.run(
      "weights", "convert", "nets/one.onnx", "mine.safetensors", in: folder)
    #expect(converted.status == 0, "\(converted.errors)")
    let run = try Command.run(
      "photo.bmp", "--model", "nets/one.onnx", "--weights", "mine.safetensors", "--html", "out",
      in: folder)
    #expect(run.status == 0, "\(run.errors)")
    let network = try #require(folder.json("out/run.json")["network"] as? [String: String])
    #expect(network["source"] == "nets/one.onnx")
    let verified = try Command.run("verify", "out/run.json", in: folder)
    #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
    // Found by its hash where it is called otherwise.
    try FileManager.default.moveItem(
      atPath: folder.path("nets/one.onnx"), toPath: folder.path("renamed.onnx"))
    #expect(try Command.run("verify", "out/run.json", in: folder).status == 0)
  }

  @Test func `weights are listed and converted`() throws {
    let folder = try folder()
    let listed = try Command.run("weights", "inspect", "nets/one.onnx", in: folder)
    #expect(listed.lines.count == 6)
    #expect(listed.lines.contains { $0.hasPrefix("layer1.0.conv1.weight  (6, 3, 3, 3)  float32") })
    #expect(listed.lines.last == "ONNX, 4 tensors, 196 values")
    let converted = try Command.run(
      "weights", "convert", "nets/one.onnx", "one.safetensors", in: folder)
    #expect(converted.status == 0, "\(converted.errors)")
    let copy = try Command.run("weights", "inspect", "one.safetensors", in: folder)
    #expect(copy.lines.dropLast() == listed.lines.dropLast())
  }

  @Test
  func `a thousand classes are assumed to be ImageNet's, and a list or dictionary names them`()
    throws
  {
    let folder = try folder()
    try folder.write("thousand.onnx", ONNXWriter.small(classes: 1000).bytes)
    let assumed = try Command.run(
      "photo.bmp", "--model", "thousand.onnx", "--markdown", "a.md", in: folder)
    #expect(assumed.status == 0, "\(assumed.errors)")
    #expect(
      try String(decoding: folder.read("a.md"), as: UTF8.self).contains(
        "**Assumed**: the file does not say"))
    #expect(try String(decoding: folder.read("a.md"), as: UTF8.self).contains("‘tench"))
    let dictionaries = [
      #"{"1": "b", "0": "a", "3": "d", "2": "c"}"#,
      #"{"architectures": ["X"], "id2label": {"0": "a", "1": "b", "2": "c", "3": "d"}}"#,
    ]
    for text in dictionaries {
      try folder.write("names.json", text.utf8)
      let run = try Command.run(
        "photo.bmp", "--model", "nets/one.onnx", "--classes", "names.json", "--markdown", "b.md",
        in: folder)
      #expect(run.status == 0, "\(run.errors)")
      #expect(
        try String(decoding: folder.read("b.md"), as: UTF8.self).contains("‘a’, ‘b’, ‘c’, ‘d’"))
    }
    try folder.write("names.json", #"{"1": "b", "2": "a", "3": "d", "4": "c"}"#.utf8)
    let wrong = try Command.run(
      "photo.bmp", "--model", "nets/one.onnx", "--classes", "names.json", "--markdown", "c.md",
      in: folder)
    #expect(wrong.status == 1 && wrong.errors.contains("is not a JSON list of strings"))
  }

  @Test func `a network is trained on one's own classes, and its weights say where they belong`()
    throws
  {
    let folder = try folder()
    for number in 0..<4 {
      try FileManager.default.createDirectory(
        at: folder.url.appending(path: "photos/\(number % 2)"), withIntermediateDirectories: true)
      try folder.write(
        "photos/\(number % 2)/\(number).bmp",
        SyntheticWeights(seed: "\(number)").image(width: 9, height: 8).bmpData)
    }
    let trained = try Command.run(
      "finetune", "photos", "--model", "nets/one.onnx", "--out", "mine.safetensors", "--epochs",
      "2",
      "--html", "training", in: folder)
    #expect(trained.status == 0, "\(trained.errors)")
    let page = try String(decoding: folder.read("training/index.html"), as: UTF8.self)
    #expect(
      page.contains("camreport finetune photos --out mine.safetensors --weights nets/one.onnx"))
    let report = try Command.run(
      "photo.bmp", "--model", "nets/one.onnx", "--weights", "mine.safetensors", "--html", "out",
      in: folder)
    #expect(report.status == 0, "\(report.errors)")
    let alone = try Command.run(
      "photo.bmp", "--weights", "mine.safetensors", "--html", "alone", in: folder)
    #expect(alone.status == 1)
    #expect(
      alone.errors.contains(
        "holds weights of the network 'one', which is in a file of its own: name that with --model"),
      "\(alone.errors)")
  }

  @Test func `layers are timed`() throws {
    let folder = try folder()
    let outcome = try Command.run(
      "bench", "--model", "nets/one.onnx", "--runs", "1", "--threads", "1", in: folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("layer1_0_conv1"))
  }

  @Test(arguments: [
    (["layers", "gone.onnx"], "gone.onnx: there is no such file"),
    (["layers", "page.onnx"], "page.onnx: is a web page; download the file itself"),
    (
      ["bench", "--model", "plain.onnx", "--training", "2"],
      "layer 't' is a plain Sin, whose gradient camreport does not know"
    ),
    (
      ["photo.bmp", "--model", "plain.onnx", "--html", "out", "--gradients"],
      "whose gradient camreport does not know"
    ),
    (
      ["photo.bmp", "--model", "plain.onnx", "--ipynb", "walk.ipynb"],
      "which camreport's notebooks cannot run yet"
    ),
    (["lock", "empty/", "-o", "x.json"], "empty/: holds no file that ends in .onnx"),
  ])
  func `what cannot be done is said`(arguments: [String], words: String) throws {
    let folder = try folder()
    try folder.write("page.onnx", "<!DOCTYPE html>".utf8)
    try FileManager.default.createDirectory(
      at: folder.url.appending(path: "empty"), withIntermediateDirectories: true)
    let outcome = try Command.run(Command.binary, arguments, in: folder)
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains(words), "\(outcome.errors)")
  }

  @Test func `of a transformer there is all but the maps, and a sentence says why`() throws {
    let folder = try folder()
    try folder.write("vit.onnx", ONNXWriter.transformer().bytes)
    let report = try Command.run(
      "photo.bmp", "--model", "vit.onnx", "--html", "out", "--markdown", "r.md", "--pdf", "r.pdf",
      in: folder)
    #expect(report.status == 0, "\(report.errors)")
    let markdown = try String(decoding: folder.read("r.md"), as: UTF8.self)
    #expect(
      markdown.contains(
        "At `norm` its network holds its places in a row, as a transformer its tokens, and not as "
          + "feature maps, so no class activation map says where it looked."))
    #expect(
      try String(decoding: folder.read("out/index.html"), as: UTF8.self).contains("its tokens"))
    for arguments in [
      ["verify", "out/run.json"], ["layers", "vit.onnx"], ["lock", "vit.onnx", "-o", "v.json"],
      ["check", "v.json"],
    ] {
      let run = try Command.run(Command.binary, arguments, in: folder)
      #expect(run.status == 0, "\(arguments): \(run.errors)\(run.output)")
    }
    let asked = try Command.run(
      "photo.bmp", "--model", "vit.onnx", "--html", "asked", "--method", "grad-cam", in: folder)
    #expect(
      asked.status == 1 && asked.errors.contains("as a transformer its tokens"), "\(asked.errors)")
  }

  @Test(arguments: ["GlobalMaxPool", "GlobalAveragePool"])
  func `a network with another head is mapped, recorded, verified and written as a notebook`(
    pool: String
  )
    throws
  {
    let folder = try folder()
    var writer = ONNXWriter()
    func values(_ count: Int) -> [Float] { (0..<count).map { Float($0 * 7 % 17) / 8 - 1 } }
    writer.weight("conv.weight", [6, 3, 3, 3], values(162))
    writer.weight("fc.weight", [6, 4], values(24))
    writer.node("Conv", ["input", "conv.weight"], ["a"], name: "/conv/Conv")
    writer.node(pool, ["a"], ["m"], name: "/pool/\(pool)")
    writer.node("Flatten", ["m"], ["f"])
    writer.node("Relu", ["f"], ["r"], name: "/act/Relu")
    writer.node("MatMul", ["r", "fc.weight"], ["g"], name: "/fc/MatMul")
    writer.node("Softmax", ["g"], ["logits"], name: "/Softmax")
    try folder.write("head.onnx", writer.bytes)
    let report = try Command.run(
      "photo.bmp", "--model", "head.onnx", "--html", "out", "--markdown", "r.md", "--pdf", "r.pdf",
      "--ipynb", "walk.ipynb", "--method", "grad-cam", in: folder)
    #expect(report.status == 0, "\(report.errors)")
    let markdown = try String(decoding: folder.read("r.md"), as: UTF8.self)
    #expect(markdown.contains("## ") && markdown.contains("no matrix that treats all places alike"))
    #expect(!markdown.contains("The sum and the logit differ"))
    #expect(
      try String(decoding: folder.read("out/run.json"), as: UTF8.self).contains(
        "\"map_weights\" : \"gradient\""))
    let verified = try Command.run(Command.binary, ["verify", "out/run.json"], in: folder)
    #expect(verified.status == 0, "\(verified.errors)\(verified.output)")
    let run = try Tools.python(
      ["-m", "pytest", "--nbval", "-q", "-p", "no:cacheprovider", folder.path("walk.ipynb")],
      in: folder)
    #expect(run.status == 0, "\(run.output)")
  }

  @Test
  func `a network whose file is called as a model that camreport knows is verified as itself`()
    throws
  {
    let folder = try folder()
    for name in ["resnet18", "efficientnet-lite0"] {
      try folder.write("\(name).onnx", ONNXWriter.small().bytes)
      let report = try Command.run(
        "photo.bmp", "--model", "\(name).onnx", "--html", name, in: folder)
      #expect(report.status == 0, "\(report.errors)")
      let verified = try Command.run(Command.binary, ["verify", "\(name)/run.json"], in: folder)
      #expect(verified.status == 0, "\(verified.errors)\(verified.output)")
    }
  }
}
