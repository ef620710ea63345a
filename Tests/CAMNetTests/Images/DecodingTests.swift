import CAMNet
import Foundation
import TestSupport
import Testing

/// Pictures of every kind against the pixels that Pillow reads from them.
@Suite struct DecodingTests {
  struct Expected: Decodable {
    let pixels: [String: Data]
  }

  private static let kinds = [
    "baseline.jpg", "progressive.jpg", "gray.jpg", "cmyk.jpg", "ycck.jpg", "rgb.png", "gray.png",
    "gray1.png",
    "gray2.png", "gray4.png", "palette.png", "palette-transparent.png", "rgba.png", "la.png",
    "rgb16.png", "gray16.png", "interlaced.png",
  ]

  @Test(arguments: kinds)
  func `every kind of JPEG and PNG has the expected pixels`(kind: String) throws {
    let name = "image-\(kind)"
    let expected = try Fixture.json("image-expected.json", as: Expected.self).pixels[name]
    let image = try RGBImage(contentsOf: Fixture.path(name))
    #expect(image.width == 17 && image.height == 11)
    #expect(Data(image.pixels) == expected)
  }

  @Test(arguments: 1...8, ["png", "jpg"])
  func `photos are turned upright`(orientation: Int, ending: String) throws {
    let name = "image-orientation\(orientation).\(ending)"
    let expected = try Fixture.json("image-expected.json", as: Expected.self).pixels[name]
    let image = try RGBImage(contentsOf: Fixture.path(name))
    #expect((image.width > image.height) == (orientation <= 4))
    #expect(Data(image.pixels) == expected)
  }

  @Test func `a photo is turned upright when a comment comes before its EXIF data`() throws {
    var photo = try fixture("image-orientation6.jpg")
    photo.insert(contentsOf: [0xFF, 0xFE, 0, 7] + Array("hello".utf8), at: 2)
    let expected = try Fixture.json("image-expected.json", as: Expected.self)
    #expect(try Data(decode(photo).pixels) == expected.pixels["image-orientation6.jpg"])
  }

  @Test func `EXIF data that make no sense leave a photo as it is stored`() throws {
    let photo = try fixture("image-orientation6.jpg")
    let expected = try Fixture.json("image-expected.json", as: Expected.self)
    let marker = try #require(photo.firstRange(of: Array("Exif\0\0".utf8)))
    // The segment's length lies before its marker and counts itself.
    let length = Int(photo[marker.lowerBound - 2]) << 8 | Int(photo[marker.lowerBound - 1])
    let end = marker.lowerBound - 2 + length
    for from in marker.upperBound..<end {
      var damaged = photo
      for index in from..<end { damaged[index] = 0xAA }
      let image = try decode(damaged)
      // Damage behind the orientation leaves it in force.
      #expect(image.width > image.height || from > marker.upperBound + 18, "from \(from)")
      guard image.width > image.height else { continue }
      #expect(Data(image.pixels) == expected.pixels["image-orientation1.jpg"], "from \(from)")
    }
  }

  @Test(arguments: kinds)
  func `a picture cut at any byte is refused`(kind: String) throws {
    let whole = try [UInt8](Data(contentsOf: URL(filePath: Fixture.path("image-\(kind)"))))
    // A JPEG's last two bytes, and a PNG's last chunk, come after all pixels.
    let end = kind.hasSuffix("jpg") ? whole.count - 2 : whole.count - 12
    for length in 0..<end {
      #expect(throws: ImageError.self, "\(length) of \(whole.count) bytes") {
        try decode(Array(whole[..<length]))
      }
    }
  }

  @Test(arguments: kinds)
  func `a picture with bytes changed is read or refused, and nothing worse`(kind: String) throws {
    let whole = try [UInt8](Data(contentsOf: URL(filePath: Fixture.path("image-\(kind)"))))
    var generator = SeededGenerator(seed: 3)
    for _ in 0..<500 {
      var bytes = whole
      // Sizes are left alone: a damaged one may be a valid claim of a very large picture.
      let from = kind.hasSuffix("png") ? 26 : 2
      bytes[Int.random(in: from..<bytes.count, using: &generator)] = UInt8.random(
        in: 0...255, using: &generator)
      guard let image = try? decode(bytes) else { continue }
      #expect(image.pixels.count == image.width * image.height * 3)
    }
  }

  @Test func `claims of more than 2^28 pixels are refused before any is allocated`() throws {
    var png = try [UInt8](Data(contentsOf: URL(filePath: Fixture.path("image-rgb.png"))))
    // IHDR: 32768 × 16384 is twice the limit; its checksum follows.
    png.replaceSubrange(16..<24, with: [0, 0, 0x80, 0, 0, 0, 0x40, 0])
    png.replaceSubrange(29..<33, with: crc32(png[12..<29]))
    #expect(throws: ImageError.tooLarge("file", width: 32768, height: 16384)) { try decode(png) }

    var jpeg = try [UInt8](Data(contentsOf: URL(filePath: Fixture.path("image-baseline.jpg"))))
    let frame = try #require(jpeg.indices.first { jpeg[$0] == 0xFF && jpeg[$0 + 1] == 0xC0 })
    jpeg.replaceSubrange(frame + 5..<frame + 9, with: [0xFF, 0xDC, 0xFF, 0xDC])
    #expect(throws: ImageError.tooLarge("file", width: 65500, height: 65500)) { try decode(jpeg) }
  }

  @Test func `a photo of 12,000 by 9,000 pixels is read and resized`() throws {
    var row: [UInt8] = []
    for x in 0..<12_000 { row += [UInt8(x / 47), 90, 200] }
    var pixels: [UInt8] = []
    pixels.reserveCapacity(row.count * 9_000)
    for _ in 0..<9_000 { pixels += row }
    let data = try RGBImage(width: 12_000, height: 9_000, pixels: pixels).jpegData(quality: 95)
    let image = try decode(data)
    #expect(image.width == 12_000 && image.height == 9_000)
    let small = image.resized(width: 224, height: 224, filter: .bicubic)
    let middle = (100 * 224 + 112) * 3
    let (red, blue) = (Int(small.pixels[middle]), Int(small.pixels[middle + 2]))
    #expect(abs(red - 127) <= 3)
    #expect(abs(blue - 200) <= 3)
  }

  @Test func `what is no picture is told by what it looks like`() {
    #expect(throws: ImageError.unknownFormat("file", looksLikeText: true)) {
      try decode(Array("<html>".utf8))
    }
    #expect(throws: ImageError.unknownFormat("file", looksLikeText: false)) {
      try decode([0, 1, 2, 3, 4])
    }
    #expect(throws: ImageError.empty("file")) { try decode([]) }
  }

  @Test func `a file that is not there and a folder are named`() {
    let missing = Fixture.path("image-missing.jpg")
    #expect { try RGBImage(contentsOf: missing) } throws: {
      "\($0)" == "\(missing): there is no such file"
    }
    let folder = Fixture.path("")
    #expect { try RGBImage(contentsOf: folder) } throws: {
      "\($0)" == "\(folder): is a folder; name a file"
    }
  }

  @Test func `a JPEG of quality 90 or more keeps one pixel's colour`() throws {
    let colours: [[UInt8]] = [[200, 40, 40], [40, 40, 200]]
    let stripes = RGBImage(
      width: 16, height: 12, pixels: (0..<16 * 12).flatMap { colours[$0 % 2] })
    func worst(quality: Int) throws -> Int {
      let pixels = try decode(stripes.jpegData(quality: quality)).pixels
      return zip(pixels, stripes.pixels).map { abs(Int($0) - Int($1)) }.max() ?? 0
    }
    #expect(try worst(quality: 95) < 20)
    #expect(try worst(quality: 85) > 50)
    #expect(try stripes.jpegData(quality: 95) == stripes.jpegData(quality: 95))
  }

  @Test func `a picture that no JPEG file can hold is refused`() {
    for (width, height) in [(65_501, 1), (1, 65_501), (0, 5)] {
      let image = RGBImage(
        width: width, height: height, pixels: Array(repeating: 9, count: width * height * 3))
      #expect(throws: ImageError.notEncodable(width: width, height: height)) {
        try image.jpegData(quality: 88)
      }
    }
  }

  private func fixture(_ name: String) throws -> [UInt8] {
    try [UInt8](Data(contentsOf: URL(filePath: Fixture.path(name))))
  }

  private func decode(_ bytes: [UInt8]) throws -> RGBImage {
    try bytes.withUnsafeBytes { try RGBImage(decoding: $0, name: "file") }
  }

  /// PNG's checksum, big-endian.
  private func crc32(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var crc: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    crc = ~crc
    return [24, 16, 8, 0].map { UInt8(crc >> UInt32($0) & 255) }
  }
}
