import CAMNet
import Foundation
import TestSupport
import Testing

/// What a person is told who makes a mistake: a sentence, the right exit code, and nothing half-written.
@Suite struct BadInputTests {
  let folder: Folder

  init() throws {
    folder = try Folder()
  }

  /// Runs camreport and expects it to fail with a sentence that holds `words`, leaving no report.
  private func expectFailure(
    _ arguments: [String], status: Int32 = 1, saying words: String...,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let outcome = try Command.run(Command.binary, arguments, in: folder)
    #expect(outcome.status == status, sourceLocation: sourceLocation)
    for word in words {
      #expect(
        outcome.errors.contains(word), "\(outcome.errors)", sourceLocation: sourceLocation)
    }
    #expect(outcome.output == "", sourceLocation: sourceLocation)
    #expect(!folder.has("out/index.html"), sourceLocation: sourceLocation)
  }

  private let cat = Fixture.example("cat.jpg")

  @Test func `a missing photo`() throws {
    try expectFailure(["nowhere.jpg", "--html", "out"], saying: "nowhere.jpg")
  }

  @Test func `an empty photo`() throws {
    try folder.write("empty.jpg", [])
    try expectFailure(["empty.jpg", "--html", "out"], saying: "empty.jpg", "empty")
  }

  @Test func `a text file named jpg`() throws {
    try folder.write("text.jpg", "hello".utf8)
    try expectFailure(["text.jpg", "--html", "out"], saying: "text.jpg", "JPEG")
  }

  @Test func `a truncated JPEG`() throws {
    try folder.write("half.jpg", Data(contentsOf: URL(filePath: cat)).prefix(20_000))
    try expectFailure(["half.jpg", "--html", "out"], saying: "half.jpg", "truncated")
  }

  @Test func `a truncated PNG`() throws {
    _ = try Command.run(cat, "--html", "whole", in: folder)
    try folder.write("half.png", folder.read("whole/original.png").prefix(20_000))
    try expectFailure(["half.png", "--html", "out"], saying: "half.png", "truncated")
  }

  @Test func `a folder as a photo`() throws {
    try expectFailure([folder.url.path, "--html", "out"], saying: "folder")
  }

  @Test func `an output folder that is a file`() throws {
    try folder.write("file", "x".utf8)
    try expectFailure(
      [cat, "--html", "file"], status: 64, saying: "'file' is a file", "--html out")
    try expectFailure([cat, "--html", "file/out"], saying: "file")
    #expect(try folder.read("file") == Data("x".utf8))
  }

  @Test func `a disk that is full midway leaves no half-written file`() throws {
    // A limit on the size of files stands in for a full disk: writes past it fail the same way.
    let outcome = try Command.run(
      URL(filePath: "/bin/sh"),
      [
        "-c", #"trap "" XFSZ; ulimit -f 64; exec "$0" "$@""#, Command.binary.path, cat, "--html",
        "out",
      ],
      in: folder)
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("out/original.png"))
    #expect(outcome.output == "")
    #expect(try folder.names(in: "out") == [])
  }

  @Test func `wrong usage`() throws {
    try expectFailure([], status: 64, saying: "image")
    try expectFailure([cat, "--size", "0"], status: 64, saying: "--size")
    try expectFailure([cat, "--size", "99999"], status: 64, saying: "--size")
    try expectFailure([cat, "--resize", "cubic"], status: 64, saying: "cubic", "bicubic")
    try expectFailure([cat, "--model", "vgg19"], status: 64, saying: "vgg19", "vgg16-cam")
    try expectFailure([cat, "--placement", "corner"], status: 64, saying: "corner", "center")
    for share in ["0.1", "0.95", "nan"] {
      try expectFailure([cat, "--box", share], status: 64, saying: "--box takes 0.2 to 0.9")
    }
    try expectFailure([cat, "--colour"], status: 64, saying: "--colour")
  }

  @Test(arguments: [0, -1, 100_000, 1 << 31, Int.max, Int.min])
  func `an input size in a lock or a record has the command line's limits`(size: Int) throws {
    _ = try Command.run("lock", "efficientnet-lite0", in: folder)
    let lock = String(decoding: try folder.read("shapes.lock.json"), as: UTF8.self)
      .replacing("\"input_size\": 224", with: "\"input_size\": \(size)")
    try folder.write("shapes.lock.json", lock.utf8)
    for option in [[], ["--update"]] {
      try expectFailure(
        ["check", "shapes.lock.json"] + option, status: 64, saying: "input_size", "\(size)", "4096")
    }
    #expect(try folder.read("shapes.lock.json") == Data(lock.utf8))
    _ = try Command.run(cat, "--size", "32", "--html", "small", in: folder)
    let record = String(decoding: try folder.read("small/run.json"), as: UTF8.self)
      .replacing("\"size\" : 32", with: "\"size\" : \(size)")
    try folder.write("small/run.json", record.utf8)
    try expectFailure(["verify", "small/run.json"], saying: "small/run.json", "\(size)", "4096")
  }

  @Test func `photos named in dots, or as the page over all, stay inside the folder`() throws {
    let names = ["...jpg", "..jpg", "index.html.jpg", "a.jpg"]
    for name in names { try folder.write(name, Data(contentsOf: URL(filePath: cat))) }
    let outcome = try Command.run(
      Command.binary, names.map { "./\($0)" } + ["--size", "32", "--html", "deep/out"], in: folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try folder.names(in: "deep") == ["out"])
    #expect(
      try folder.names(in: "deep/out") == ["a", "index.html", "index.html-2", "photo", "photo-2"])
    for name in ["a", "index.html-2", "photo", "photo-2"] {
      #expect(folder.has("deep/out/\(name)/index.html"))
    }
    let page = String(decoding: try folder.read("deep/out/index.html"), as: UTF8.self)
    #expect(page.matches(of: /<li data-order/).count == 4)
  }

  @Test func `what is no file is written into, and stays what it is`() throws {
    let fifo = folder.path("pipe")
    try #require(mkfifo(fifo, 0o600) == 0)
    // Holds the pipe open, so that writing to it does not wait for a reader.
    let reader = open(fifo, O_RDWR | O_NONBLOCK)
    defer { close(reader) }
    let outcome = try Command.run("lock", "-o", "pipe", "vgg16-cam", in: folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    var start = [UInt8](repeating: 0, count: 1)
    #expect(read(reader, &start, 1) == 1 && start == [UInt8(ascii: "{")])
    #expect(
      try FileManager.default.attributesOfItem(atPath: fifo)[.type] as? FileAttributeType
        == .typeUnknown)
    try expectFailure(["lock", "-o", "/dev/full"], saying: "/dev/full", "full")
    #expect(
      try FileManager.default.attributesOfItem(atPath: "/dev/full")[.type] as? FileAttributeType
        == .typeCharacterSpecial)
  }

  @Test func `output that cannot be written is an error, and a closed standard error is none`()
    throws
  {
    func shell(_ script: String) throws -> Command.Outcome {
      try Command.run(
        URL(filePath: "/bin/sh"), ["-c", script, Command.binary.path, cat], in: folder)
    }
    for arguments in ["layers", "layers --format json", "--version", "weights inspect w.npy"] {
      try folder.write(
        "w.npy", Data(contentsOf: URL(filePath: Fixture.path("weights-lone.npy"))))
      let full = try shell("\"$0\" \(arguments) > /dev/full")
      #expect(full.status == 1, "\(arguments)")
      #expect(full.errors.contains("cannot be written"), "\(full.errors)")
    }
    #expect(try shell("\"$0\" layers >&-").status == 1)
    try folder.write("bad.jpg", "text".utf8)
    let photos = try shell("\"$0\" bad.jpg \"$1\" --size 32 --html out 2>&-")
    #expect(photos.status == 1)
    #expect(folder.has("out/cat/run.json") && folder.has("out/index.html"))
  }

  @Test func `a path in a lock or record that is no file is not opened`() throws {
    try folder.write("photo.jpg", Data(contentsOf: URL(filePath: cat)))
    _ = try Command.run("lock", "--image", "photo.jpg", "--size", "32", in: folder)
    _ = try Command.run("photo.jpg", "--size", "32", "--html", "report", in: folder)
    try FileManager.default.removeItem(atPath: folder.path("photo.jpg"))
    try #require(mkfifo(folder.path("photo.jpg"), 0o600) == 0)
    let check = try Command.run("check", "shapes.lock.json", in: folder)
    #expect(check.status == 1 && check.output.contains("photo.jpg: there is no such file"))
    let verify = try Command.run("verify", "report/run.json", in: folder)
    #expect(verify.status == 1 && verify.errors.contains("photo.jpg"))
  }

  @Test func `threads have a limit`() throws {
    for threads in ["0", "-1", "1025", "9223372036854775807"] {
      try expectFailure(["bench", "--threads=\(threads)"], status: 64, saying: "--threads", "1024")
    }
  }

  @Test func `VGG16-CAM without weights says which file it needs and how it is laid out`() throws {
    try expectFailure(
      [cat, "--model", "vgg16-cam"], status: 64,
      saying: "vgg16CAM.npy", "conv1_1", "CAM_conv", "3×3×256×1024", "synthetic:")
  }

  @Test func `a truncated weights file`() throws {
    let whole = try Data(contentsOf: URL(filePath: Fixture.path("python3-weights.npy")))
    try folder.write("half.npy", whole.prefix(900))
    try expectFailure([cat, "--weights", "half.npy", "--html", "out"], saying: "half.npy")
  }

  @Test func `a weights file of another network`() throws {
    let store = WeightsStore(
      source: "other", tensors: [("layer/kernel", Tensor(shape: [2], [1, 2]))])
    try store.write(to: folder.path("other.npz"))
    try expectFailure(
      [cat, "--weights", "other.npz", "--html", "out"], saying: "other.npz", "layer/kernel")
  }

  @Test func `a weights file with wrong shapes names each layer with both shapes`() throws {
    try expectFailure(
      [cat, "--weights", Fixture.path("weights.npz"), "--html", "out"],
      saying: "conv1_1/weights", "3×3×3×4", "3×3×3×64", "'conv5_3/weights' is missing")
  }

  @Test func `a weights file with NaN`() throws {
    let good = try Model.efficientNetLite0.embeddedWeights()
    let tensors = try good.entries.map { entry in
      let tensor = try good.tensor(named: entry.name)
      guard entry.name == "_fc.weight" else { return (entry.name, tensor) }
      var values = tensor.elements
      values[7] = .nan
      return (entry.name, Tensor(shape: tensor.shape, values))
    }
    try WeightsStore(source: "nan", tensors: tensors).write(to: folder.path("nan.safetensors"))
    try expectFailure(
      [cat, "--weights", "nan.safetensors", "--html", "out"],
      saying: "nan.safetensors", "_fc.weight", "NaN")
  }

  @Test func `a pickle that calls os.system is refused by name and not run`() throws {
    let header = "{'descr': '|O', 'fortran_order': False, 'shape': (), }"
    let padding = String(repeating: " ", count: 117 - header.utf8.count)
    let pickle = "\u{80}\u{02}cposix\nsystem\nX\u{0E}\u{0}\u{0}\u{0}touch was-run.x\u{85}R."
    let bytes: [UInt8] =
      [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array((header + padding + "\n").utf8)
      + pickle.unicodeScalars.map { UInt8($0.value) }
    try folder.write("evil.npy", bytes)
    try expectFailure(
      [cat, "--weights", "evil.npy", "--html", "out"], saying: "evil.npy", "posix.system")
    #expect(try folder.names() == ["evil.npy"])
  }

  @Test func `class names of the wrong count`() throws {
    try folder.write("names.json", Array(#"["one", "two"]"#.utf8))
    try expectFailure(
      [cat, "--classes", "names.json", "--html", "out"],
      saying: "names.json", "2 class names", "1000")
  }

  @Test func `a bad photo leaves the report of an earlier run as it was`() throws {
    _ = try Command.run(cat, "--html", "out", in: folder)
    let before = try folder.read("out/run.json")
    try folder.write("bad.jpg", "text".utf8)
    let outcome = try Command.run("bad.jpg", "--html", "out", in: folder)
    #expect(outcome.status == 1)
    #expect(try folder.read("out/run.json") == before)
  }
}

/// VGG16-CAM's synthetic weights with one layer's so large that its sums leave float32.
enum HugeWeights {
  static func write(to path: String, layer: String) throws {
    let store = SyntheticWeights(seed: "camreport").store(for: .vgg16CAM)
    let tensors = try store.entries.map { entry in
      let tensor = try store.tensor(named: entry.name)
      guard entry.name == "\(layer)/weights" else { return (entry.name, tensor) }
      return (entry.name, Tensor(shape: tensor.shape, repeating: 1e38))
    }
    try WeightsStore(source: "huge", tensors: tensors).write(to: path)
  }
}
