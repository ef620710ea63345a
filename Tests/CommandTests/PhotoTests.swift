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

  private func run(_ arguments: String...) throws -> Command.Outcome {
    try Command.run(Command.binary, arguments + ["--size", "32"], in: folder)
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
    let side = 8192
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
