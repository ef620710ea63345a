import CAMNet
import Foundation
import TestSupport
import Testing

/// Photos of unusual shapes, and what of a photo's file is given away with a report.
@Suite struct PhotoTests {
  let folder: Folder

  init() throws {
    folder = try Folder()
  }

  private func run(_ arguments: String..., size: Int = 32) throws -> Command.Outcome {
    try Command.run(Command.binary, arguments + ["--size", "\(size)"], in: folder)
  }

  @Test(arguments: [(40_000, 20), (20, 40_000), (65_500, 1)])
  func `a very long photo gets a report in every format`(width: Int, height: Int) throws {
    let photo = RGBImage(
      width: width, height: height,
      pixels: [UInt8](repeating: 90, count: width * height * 3))
    try folder.write("long.jpg", photo.jpegData(quality: 50))
    let outcome = try run(
      "long.jpg", "--html", "out", "--pdf", "a.pdf", "--ipynb", "a.ipynb", "--markdown", "a.md")
    #expect(outcome.status == 0, "\(outcome.errors)")
    for name in ["original.png", "cam-1.png"] {
      let picture = try RGBImage(contentsOf: folder.path("out/\(name)"))
      #expect(max(picture.width, picture.height) == 4096)
      #expect((picture.width > picture.height) == (width > height))
    }
  }

  @Test func `a report of many pixels takes little more memory than they do`() throws {
    // A pixel more each way, and it would be read at a half.
    let side = 8191
    let photo = RGBImage(
      width: side, height: side, pixels: [UInt8](repeating: 90, count: side * side * 3))
    try folder.write("large.jpg", photo.jpegData(quality: 50))
    let script = """
      import resource, subprocess, sys
      code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode
      print(code, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
      """
    let outcome = try Command.run(
      URL(filePath: "/usr/bin/env"),
      ["python3", "-c", script, Command.binary.path, "large.jpg", "--size", "32", "--html", "out"],
      in: folder)
    let numbers = outcome.output.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
    try #require(numbers.count == 2, "\(outcome.errors)")
    #expect(numbers[0] == 0)
    // The pixels, and the pictures made of them at once, which do not grow with the photo: 3 of 4096 pixels a side.
    let pixels = side * side * 3 / 1024
    #expect(numbers[1] < pixels + 512 * 1024)
  }

  @Test func `a very large photo is read at a half, which its record says and verify repeats`()
    throws
  {
    let (width, height) = (8201, 8400)
    var photo = RGBImage(
      width: width, height: height,
      pixels: (0..<height).flatMap { row in
        [UInt8](repeating: UInt8(row / 40), count: width * 3)
      })
    try folder.write("large.jpg", photo.jpegData(quality: 50))
    photo = RGBImage(width: 0, height: 0, pixels: [])
    let outcome = try run(
      "large.jpg", "--html", "out", "--ipynb", "a.ipynb", "--crop", size: 96)
    #expect(outcome.status == 0 && outcome.errors == "", "\(outcome.errors)")
    let record = try folder.json("out/run.json")
    let image = try #require(record["image"] as? [String: Any])
    #expect(image["width"] as? Int == width && image["height"] as? Int == height)
    #expect(image["shrink"] as? Int == 2)
    let steps = try #require(record["steps"] as? [[String: Any]])
    let read = try #require(steps.first { $0["name"] as? String == "photo" })
    #expect(read["output_shape"] as? [Int] == [4200, 4101, 3])
    let page = try String(decoding: folder.read("out/index.html"), as: UTF8.self)
    #expect(page.contains("In the file they are 8400 rows of 8201"))
    #expect(page.contains("8201 × 8400, read at 1/2 of its width and height"))
    // Boxes are in the file's pixels, and one of them reaches beyond those that were read.
    let predictions = try #require(record["predictions"] as? [[String: Any]])
    let boxes = predictions.compactMap { $0["box"] as? [String: Double] }
    #expect(!boxes.isEmpty)
    let ends = boxes.map {
      (($0["x"] ?? 0) + ($0["width"] ?? 0), ($0["y"] ?? 0) + ($0["height"] ?? 0))
    }
    #expect(ends.allSatisfy { $0 <= Double(width) + 1e-6 && $1 <= Double(height) + 1e-6 })
    #expect(ends.contains { $0 > 4101 || $1 > 4200 }, "\(ends)")
    // The notebook has the pixels that were read.
    let copy = try RGBImage(contentsOf: folder.path("a-files/large.png"))
    #expect(copy.width == 4101 && copy.height == 4200)
    let verified = try Command.run("verify", "out/run.json", in: folder)
    #expect(verified.status == 0, "\(verified.output)")
  }

  @Test
  func `photos of every format get reports, and notebooks a PNG of what NumPy could not read`()
    throws
  {
    let endings = ["webp", "heic", "avif", "tiff"].map { "orientation6.\($0)" }
    let names = (endings + ["palette.gif", "rgb.bmp", "rgb.png", "baseline.jpg"]).map {
      "image-\($0)"
    }
    let photos = names.map { Fixture.path($0) }
    let outcome = try Command.run(
      Command.binary, photos + ["--size", "32", "--html", "out"], in: folder)
    #expect(outcome.status == 0 && outcome.errors == "", "\(outcome.errors)")
    #expect(try folder.names(in: "out").count(where: { $0.hasPrefix("image-") }) == names.count)

    for name in ["image-orientation6.heic", "image-palette.gif"] {
      let stem = name.prefix { $0 != "." }
      let outcome = try run(Fixture.path(name), "--ipynb", "\(stem).ipynb")
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(
        try RGBImage(contentsOf: folder.path("\(stem)-files/\(stem).png"))
          == RGBImage(contentsOf: Fixture.path(name)))
    }
  }

  @Test func `without libvips a photo that needs it is told the package, and others are read`()
    throws
  {
    // The loader takes the first file of the name, and this is no library.
    try folder.write("libvips.so.42", [])
    for (name, status) in [("colors.heic", 1), ("rgb.bmp", 0), ("rgb.png", 0)] {
      let outcome = try Command.run(
        Command.binary, [Fixture.path("image-\(name)"), "--size", "32", "--html", "out-\(name)"],
        in: folder, environment: ["LD_LIBRARY_PATH": folder.url.path])
      #expect(outcome.status == status, "\(outcome.errors)")
      guard status == 1 else { continue }
      #expect(outcome.errors.contains("is a HEIC picture"))
      #expect(outcome.errors.contains("libvips42"))
    }
  }

  @Test func `a photo too large is refused by name before anything runs`() throws {
    var png = try [UInt8](Data(contentsOf: URL(filePath: Fixture.path("image-rgb.png"))))
    // IHDR's width; its checksum, which now is wrong, is of a header that is refused either way.
    png.replaceSubrange(16..<20, with: [0, 2, 0, 0])
    try folder.write("wide.png", png)
    let outcome = try run("wide.png", "--html", "out")
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("wide.png"))
    #expect(!folder.has("out"))
  }

  @Test func `a notebook's photo has no metadata unless they are asked for`() throws {
    var photo = try [UInt8](Data(contentsOf: URL(filePath: Fixture.path("image-orientation6.jpg"))))
    photo.insert(contentsOf: [0xFF, 0xFE, 0, 8] + Array("SECRET".utf8), at: 2)
    try folder.write("photo.jpg", photo)
    for option in [[], ["--keep-metadata"]] {
      let outcome = try Command.run(
        Command.binary,
        ["photo.jpg", "--size", "32", "--ipynb", "a.ipynb", "--html", "out"] + option, in: folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let copy = try folder.read("a-files/photo.jpg")
      #expect((copy.firstRange(of: Data("SECRET".utf8)) == nil) == option.isEmpty)
      #expect((copy == Data(photo)) == !option.isEmpty)
      #expect(
        try RGBImage(contentsOf: folder.path("a-files/photo.jpg"))
          == RGBImage(contentsOf: folder.path("photo.jpg")))
      let metadata = try #require(try folder.json("a.ipynb")["metadata"] as? [String: Any])
      let own = try #require(metadata["camreport"] as? [String: String])
      #expect(try own["image_sha256"] == sha256("a-files/photo.jpg"))
      // The run record's is the photo's own.
      let image = try #require(try folder.json("out/run.json")["image"] as? [String: Any])
      #expect(try image["sha256"] as? String == sha256("photo.jpg"))
    }
  }

  private func sha256(_ path: String) throws -> String {
    try Tools.run("sha256sum", folder.path(path), in: folder).output.prefix { $0 != " " }
      .description
  }
}
