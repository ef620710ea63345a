import CAMNet
import CZlib
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

    // A line too long for a side, though its pixels are few.
    png.replaceSubrange(16..<24, with: [0, 1, 0, 1, 0, 0, 0, 1])
    png.replaceSubrange(29..<33, with: crc32(png[12..<29]))
    #expect(throws: ImageError.tooLarge("file", width: 65537, height: 1)) { try decode(png) }
  }

  @Test func `a PNG's texts are passed over, though they would inflate to gigabytes`() throws {
    var png = try fixture("image-rgb.png")
    let text = Array("text\0\0".utf8) + deflated([UInt8](repeating: 0, count: 7_900_000))
    let chunk = pngChunk("zTXt", text)
    png.insert(contentsOf: Array(repeating: chunk, count: 1000).joined(), at: 33)
    let expected = try Fixture.json("image-expected.json", as: Expected.self)
    #expect(try Data(decode(png).pixels) == expected.pixels["image-rgb.png"])
  }

  @Test func `a JPEG of 64 scans is read, and one of more is refused`() throws {
    let jpeg = try fixture("image-progressive.jpg")
    let isMarker = { (index: Int, markers: [UInt8]) in
      jpeg[index] == 0xFF && markers.contains(jpeg[index + 1])
    }
    let starts = jpeg.indices.dropLast().filter { isMarker($0, [0xDA]) }
    let first = try #require(starts.first)
    // Up to the next scan's tables.
    let end = try #require((first + 2..<jpeg.count - 1).first { isMarker($0, [0xC4, 0xDA]) })
    func repeated(_ count: Int) -> [UInt8] {
      let scans = Array(repeating: jpeg[first..<end], count: count - starts.count).joined()
      return Array(jpeg[..<end]) + scans + jpeg[end...]
    }
    #expect(try decode(repeated(64)) == decode(jpeg))
    #expect(throws: ImageError.corrupt("file", reason: "it has more than 64 scans")) {
      try decode(repeated(65))
    }
  }

  @Test func `EXIF data whose directories name one another cost nothing`() throws {
    func directory(_ entries: [[UInt8]]) -> [UInt8] {
      [UInt8(entries.count & 0xFF), UInt8(entries.count >> 8)] + entries.joined() + [0, 0, 0, 0]
    }
    func pointer(_ tag: UInt16, to offset: Int) -> [UInt8] {
      [UInt8(tag & 0xFF), UInt8(tag >> 8), 4, 0, 1, 0, 0, 0, UInt8(offset & 0xFF)]
        + [UInt8(offset >> 8), 0, 0]
    }
    let orientation: [UInt8] = [0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0]
    let (count, size) = (1800, 2 + 12 * 1801 + 4)
    let second = 8 + size
    // Each of the first directory's entries leads to the second, and each of its to another.
    let exif: [UInt8] =
      Array("II*\0".utf8) + [8, 0, 0, 0]
      + directory(
        Array(repeating: pointer(0x8769, to: second), count: count) + [orientation])
      + directory(
        Array(repeating: pointer(0xA005, to: second + size), count: count) + [orientation])
      + directory(Array(repeating: pointer(0x8769, to: 8), count: 1000))
    var jpeg = try fixture("image-orientation1.jpg")
    jpeg.insert(contentsOf: segment(0xE1, Array("Exif\0\0".utf8) + exif), at: 2)
    let image = try decode(jpeg)
    #expect(image.width < image.height)
  }

  @Test(arguments: kinds + (1...8).flatMap { ["orientation\($0).jpg", "orientation\($0).png"] })
  func `a photo without its metadata has the same pixels and orientation`(kind: String) throws {
    let photo = try fixture("image-\(kind)")
    let plain = try removed(photo)
    #expect(try decode(plain) == decode(photo))
    #expect(try removed(plain) == plain)
  }

  @Test func `a photo without its metadata holds what its pixels need and nothing else`() throws {
    func contains(_ bytes: [UInt8], _ text: String) -> Bool {
      bytes.firstRange(of: Array(text.utf8)) != nil
    }
    let secret = Array("SECRET".utf8)
    let (exif, jfif) = (Array("Exif\0\0".utf8), Array("JFIF\0".utf8))
    var jpeg = try fixture("image-orientation6.jpg")
    jpeg.insert(
      contentsOf: segment(0xE0, jfif + [1, 2, 0, 0, 1, 0, 1, 1, 2] + secret)
        + segment(0xE1, Array("http://ns.adobe.com/xap/1.0/\0".utf8) + secret)
        + segment(0xE2, Array("ICC_PROFILE\0".utf8) + [1, 1] + Array("colours".utf8))
        + segment(0xE2, Array("MPF\0".utf8) + secret)
        + segment(0xED, Array("Photoshop 3.0\0".utf8) + secret) + segment(0xFE, secret),
      at: 2)
    // Also in what EXIF says beside the orientation, before a scan, and behind the picture.
    jpeg.insert(contentsOf: segment(0xE1, exif + secret), at: jpeg.count - 2)
    jpeg += jpeg + secret
    let plainJPEG = try removed(jpeg)
    #expect(!contains(plainJPEG, "SECRET") && contains(plainJPEG, "colours"))
    #expect(plainJPEG.suffix(2) == [0xFF, 0xD9])
    #expect(try decode(plainJPEG) == decode(jpeg))

    var png = try fixture("image-orientation6.png")
    png.insert(
      contentsOf: ["tEXt", "zTXt", "iTXt", "tIME", "prVt"].flatMap { pngChunk($0, secret) }, at: 33)
    png += secret
    let plainPNG = try removed(png)
    #expect(!contains(plainPNG, "SECRET"))
    #expect(try decode(plainPNG) == decode(png))
    #expect(try decode(plainPNG) == decode(fixture("image-orientation6.png")))
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

  private func removed(_ bytes: [UInt8]) throws -> [UInt8] {
    try #require(bytes.withUnsafeBytes { PhotoMetadata.removed(from: $0) })
  }

  /// A JPEG file's segment.
  private func segment(_ marker: UInt8, _ data: [UInt8]) -> [UInt8] {
    let length = data.count + 2
    return [0xFF, marker, UInt8(length >> 8), UInt8(length & 0xFF)] + data
  }

  private func pngChunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
    let body = Array(type.utf8) + data
    return [24, 16, 8, 0].map { UInt8(data.count >> $0 & 255) } + body + crc32(body[...])
  }

  private func deflated(_ bytes: [UInt8]) -> [UInt8] {
    var count = compressBound(UInt(bytes.count))
    var result = [UInt8](repeating: 0, count: Int(count))
    compress2(&result, &count, bytes, UInt(bytes.count), 9)
    return Array(result[..<Int(count)])
  }

  /// PNG's checksum, big-endian.
  private func crc32(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    let crc = CZlib.crc32(0, Array(bytes), UInt32(bytes.count))
    return [24, 16, 8, 0].map { UInt8(crc >> $0 & 255) }
  }
}
