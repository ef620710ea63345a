import CAMNet
import CPNG
import Foundation
import TestSupport
import Testing

/// Pictures that libvips and the BMP reader decode, against the pixels that Pillow reads from them. `Tests/Python/image_fixtures.py`
/// made them.
@Suite struct PictureFormatTests {
  private static let kinds = [
    "lossless.webp", "lossy.webp", "alpha.webp", "animated.webp", "colors.heic", "colors.avif",
    "alpha.avif", "palette.gif", "interlaced.gif", "transparent.gif", "animated.gif", "rgb.tiff",
    "lzw.tiff", "deflate.tiff", "jpeg.tiff", "gray.tiff", "bilevel.tiff", "palette.tiff",
    "rgba.tiff", "pages.tiff", "cmyk.tiff", "rgb16.tiff", "gray16.tiff", "rgb.bmp", "palette.bmp",
    "palette4.bmp", "gray.bmp", "bilevel.bmp", "rgb555.bmp", "rgb565.bmp", "rgb32.bmp",
    "upright.bmp", "rgba32.bmp",
  ]

  @Test(arguments: kinds)
  func `every kind of picture has the expected pixels`(kind: String) throws {
    let image = try RGBImage(contentsOf: Fixture.path("image-\(kind)"))
    #expect(image.width == 17 && image.height == 11)
    // Another decoder of AVIF than Pillow's may round otherwise.
    #expect(try distance(image, "image-\(kind)") <= (kind.hasSuffix("avif") ? 2 : 0))
  }

  @Test(arguments: 1...8, ["webp", "heic", "avif", "tiff"])
  func `photos are turned upright, and those of HEIC and AVIF once`(number: Int, ending: String)
    throws
  {
    let name = "image-orientation\(number).\(ending)"
    let image = try RGBImage(contentsOf: Fixture.path(name))
    #expect(image.width == 17 && image.height == 11)
    #expect(try distance(image, name) <= (["webp", "tiff"].contains(ending) ? 0 : 12))
  }

  /// The largest difference of a byte from what is expected of a fixture.
  private func distance(_ image: RGBImage, _ name: String) throws -> Int {
    let expected = try #require(
      try Fixture.json("image-expected.json", as: DecodingTests.Expected.self).pixels[name])
    try #require(image.pixels.count == expected.count)
    return zip(image.pixels, expected).map { abs(Int($0) - Int($1)) }.max() ?? 0
  }

  @Test(arguments: kinds.filter { !["animated.webp", "animated.gif", "pages.tiff"].contains($0) })
  func `a picture cut at any byte is refused`(kind: String) throws {
    let whole = try fixture("image-\(kind)")
    // A GIF's last byte, and a TIFF directory's last number, come after all that the first picture needs.
    let end = kind.hasSuffix("gif") || kind.hasSuffix("tiff") ? whole.count - 4 : whole.count
    for length in 0..<end {
      #expect(throws: ImageError.self, "\(length) of \(whole.count) bytes") {
        try decode(Array(whole[..<length]))
      }
    }
  }

  @Test(arguments: [
    "colors.heic", "colors.avif", "rgb.tiff", "palette.gif", "rgb.bmp", "rgb16.tiff",
  ])
  func `a picture cut near its end is said to be truncated`(kind: String) throws {
    let whole = try fixture("image-\(kind)")
    #expect(throws: ImageError.truncated("file")) {
      try decode(Array(whole[..<(whole.count - 20)]))
    }
  }

  @Test(arguments: kinds)
  func `a picture with bytes changed is read or refused, and nothing worse`(kind: String) throws {
    let whole = try fixture("image-\(kind)")
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<300 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        bytes[Int.random(in: 2..<bytes.count, using: &generator)] = .random(
          in: 0...255, using: &generator)
      }
      guard let image = try? decode(bytes) else { continue }
      #expect(image.pixels.count == image.width * image.height * 3)
    }
  }

  @Test func `a BMP's claims are refused before any pixel is allocated`() throws {
    var bmp = try fixture("image-rgb.bmp")
    bmp.replaceSubrange(18..<26, with: [0, 0, 1, 0, 0, 0, 1, 0])
    #expect(throws: ImageError.tooLarge("file", width: 65536, height: 65536)) { try decode(bmp) }
    bmp.replaceSubrange(18..<26, with: [255, 255, 255, 255, 0, 0, 0, 128])
    #expect(throws: ImageError.tooLarge("file", width: 4_294_967_295, height: 2_147_483_648)) {
      try decode(bmp)
    }
    bmp.replaceSubrange(18..<26, with: [0, 0, 0, 0, 1, 0, 0, 0])
    #expect(throws: ImageError.corrupt("file", reason: "it has no pixels")) { try decode(bmp) }
  }

  @Test func `a compressed BMP is refused by what it is`() throws {
    var bmp = try fixture("image-palette.bmp")
    bmp[30] = 1
    #expect(
      throws: ImageError.corrupt("file", reason: "it is compressed; save it without, or as PNG")
    ) { try decode(bmp) }
  }

  @Test func `a TIFF of other numbers than a photo's is refused by name`() throws {
    var tiff = try fixture("image-rgb.tiff")
    // Tag 262, how colours are meant, of one 16-bit number: 8 is L*a*b*.
    let tag = try #require(tiff.firstRange(of: [6, 1, 3, 0, 1, 0, 0, 0]))
    tiff[tag.upperBound] = 8
    #expect(throws: ImageError.self) { try decode(tiff) }
  }

  @Test(
    arguments: ["image-rgb.png", "image-interlaced.png", "image-rgba.png", "image-palette.png"],
    [2, 4])
  func `a picture that is shrunk has the means of its pixels`(name: String, shrink: Int) throws {
    let bytes = try fixture(name)
    let whole = try decode(bytes)
    let width = (whole.width + shrink - 1) / shrink
    let height = (whole.height + shrink - 1) / shrink
    var pixels = [UInt8](repeating: 0, count: width * height * 3)
    var message = [CChar](repeating: 0, count: 200)
    #expect(camreport_png_decode(bytes, bytes.count, Int32(shrink), &pixels, &message) == 0)
    for y in 0..<height {
      for x in 0..<width {
        for channel in 0..<3 {
          let rows = y * shrink..<min((y + 1) * shrink, whole.height)
          let columns = x * shrink..<min((x + 1) * shrink, whole.width)
          let values = rows.flatMap { row in
            columns.map { Int(whole.pixels[(row * whole.width + $0) * 3 + channel]) }
          }
          let mean = (values.reduce(0, +) + values.count / 2) / values.count
          #expect(Int(pixels[(y * width + x) * 3 + channel]) == mean)
        }
      }
    }
  }

  @Test func `a picture is read at a half where its sides keep 4096 pixels, and whole otherwise`()
    throws
  {
    func read(_ width: Int, _ height: Int, shrinks: Bool = true) throws -> DecodedImage {
      let pixels = [UInt8](repeating: 120, count: width * height * 3)
      let data = try RGBImage(width: width, height: height, pixels: pixels).jpegData(quality: 50)
      return try data.withUnsafeBytes {
        try DecodedImage(decoding: $0, name: "file", shrinks: shrinks)
      }
    }
    let half = try read(8193, 8192)
    #expect(half.shrink == 2 && half.width == 8193 && half.height == 8192)
    #expect(half.image.width == 4097 && half.image.height == 4096)
    let input = half.prepared(size: 32, filter: .bicubic, fitting: .crop(1))
    // The centre of the file's 8193 columns, all of its rows.
    #expect(abs(input.region.x - 0.5) < 2 && abs(input.region.width - 8192) < 2)
    #expect(input.region.y == 0 && input.region.height == 8192)
    for whole in [try read(8191, 8192), try read(8193, 8192, shrinks: false)] {
      #expect(whole.shrink == 1 && whole.image.width == whole.width)
    }
  }

  @Test(arguments: ["bmp", "tiff"])
  func `a very large picture is read at a half by readers of BMP and by libvips`(format: String)
    throws
  {
    let side = 8192
    // Black and white columns in turn, of which the last is white.
    let pixels = [UInt8](repeating: 0b0101_0101, count: side * side / 8)
    let header = format == "bmp" ? bmpHeader(side: side) : tiffHeader(side: side)
    let image = try (header + pixels).withUnsafeBytes {
      try DecodedImage(decoding: $0, name: "file", shrinks: true)
    }
    #expect(image.width == side && image.shrink == 2)
    #expect(image.image.width == side / 2 && image.image.height == side / 2)
    #expect(image.image.pixels.allSatisfy { $0 == 128 })
  }

  private func bmpHeader(side: Int) -> [UInt8] {
    var header: [UInt8] = Array("BM".utf8) + numbers([0, 0, 62, 40, side, side])
    header += [1, 0, 1, 0]
    return header + numbers([0, 0, 0, 0, 2, 0, 0, 0xFFFFFF])
  }

  private func tiffHeader(side: Int) -> [UInt8] {
    // A tag of one 32-bit number: its code with the number's type above it, how many there are, and the number.
    let type = 4 << 16
    let tags: [(code: Int, value: Int)] = [
      (256, side), (257, side), (258, 1), (259, 1), (262, 1), (273, 122), (277, 1), (278, side),
      (279, side * side / 8),
    ]
    var header: [UInt8] = Array("II*\0".utf8) + numbers([8])
    header += [UInt8(tags.count), 0]
    for tag in tags { header += numbers([type + tag.code, 1, tag.value]) }
    return header + numbers([0])
  }

  /// Numbers of 32 bits, little-endian.
  private func numbers(_ values: [Int]) -> [UInt8] {
    var bytes: [UInt8] = []
    for value in values {
      for shift in [0, 8, 16, 24] { bytes.append(UInt8(value >> shift & 255)) }
    }
    return bytes
  }

  private func fixture(_ name: String) throws -> [UInt8] {
    try [UInt8](Data(contentsOf: URL(filePath: Fixture.path(name))))
  }

  private func decode(_ bytes: [UInt8]) throws -> RGBImage {
    try bytes.withUnsafeBytes { try RGBImage(decoding: $0, name: "file") }
  }
}
