import CRows

/// BMP. What libvips has for it is ImageMagick, which reads far more than is to be read here.
struct BMPFormat: PictureFormat {
  let name = "BMP"
  let endings = ["bmp"]

  func begins(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.starts(with: "BM".utf8) && BMPHeader.sizes.contains(bytes.number(at: 14, size: 4) ?? 0)
  }

  func header(of file: PictureFile) throws(ImageError) -> PictureHeader {
    let header = try BMPHeader(file)
    return PictureHeader(width: header.width, height: header.height)
  }

  func decode(
    _ file: PictureFile, shrink: Int, into rgb: UnsafeMutablePointer<UInt8>
  ) throws(ImageError) {
    let header = try BMPHeader(file)
    // Lines are filled up to 4 bytes.
    let line = (header.width * header.bits + 31) / 32 * 4
    guard header.pixels + line * header.height <= file.bytes.count else {
      throw .truncated(file.name)
    }
    let colors = header.colors(file.bytes)
    var rows = camreport_rows()
    guard camreport_rows_begin(&rows, rgb, header.width, header.height, Int32(shrink)) != 0 else {
      throw .corrupt(file.name, reason: "out of memory")
    }
    defer { camreport_rows_end(&rows) }
    for y in 0..<header.height {
      let row = header.isTopDown ? y : header.height - 1 - y
      let start = header.pixels + row * line
      let source = UnsafeRawBufferPointer(rebasing: file.bytes[start..<start + line])
      guard let target = camreport_rows_next(&rows) else { return }
      colors.decode(source, bits: header.bits, width: header.width, into: target)
      camreport_rows_take(&rows)
    }
  }
}

/// What a BMP file says of its picture.
private struct BMPHeader {
  /// How many bytes the headers of all versions have: the first, and those that are longer by what each added.
  static let sizes: Set = [12, 40, 52, 56, 64, 108, 124]

  let width: Int
  let height: Int
  let bits: Int
  let isTopDown: Bool
  /// Where the pixels begin.
  let pixels: Int

  /// Where the palette begins, how many bytes a colour of it has, and how many there are.
  private let palette: (start: Int, size: Int, count: Int)
  /// Whether the file says which bits of a pixel are which colour's, and whether there are such of alpha's.
  private let hasMasks: Bool
  private let hasAlpha: Bool

  init(_ file: PictureFile) throws(ImageError) {
    func number(_ offset: Int, _ size: Int) throws(ImageError) -> Int {
      guard let number = file.bytes.number(at: offset, size: size) else {
        throw .truncated(file.name)
      }
      return number
    }
    let size = try number(14, 4)
    let isFirstVersion = size == 12
    pixels = try number(10, 4)
    width = try isFirstVersion ? number(18, 2) : number(18, 4)
    let signed = try isFirstVersion ? number(20, 2) : Int(Int32(truncatingIfNeeded: number(22, 4)))
    (height, isTopDown) = (abs(signed), signed < 0)
    bits = try isFirstVersion ? number(24, 2) : number(28, 2)
    let compression = try isFirstVersion ? 0 : number(30, 4)
    // 0 is none; 3 and 6 say that there are masks behind the first 40 bytes of the header, 6 that alpha's is one of them.
    guard [0, 3, 6].contains(compression) else {
      throw .corrupt(file.name, reason: "it is compressed; save it without, or as PNG")
    }
    guard [1, 4, 8, 16, 24, 32].contains(bits) else {
      throw .corrupt(file.name, reason: "it has \(bits) bits a pixel")
    }
    hasMasks = compression != 0 && [16, 32].contains(bits)
    hasAlpha = hasMasks && (size >= 56 || compression == 6)
    let masks = size > 40 || compression == 0 ? 0 : compression == 3 ? 12 : 16
    let claimed = try isFirstVersion ? 0 : number(46, 4)
    let most = bits <= 8 ? 1 << bits : 0
    palette = (
      14 + size + masks, isFirstVersion ? 3 : 4, claimed == 0 ? most : min(claimed, most)
    )
  }

  /// How the pixels' numbers become colours.
  func colors(_ bytes: UnsafeRawBufferPointer) -> BMPColors {
    if bits <= 8 {
      let black = (0..<1 << bits).map { _ in (UInt8(0), UInt8(0), UInt8(0)) }
      let table = (0..<palette.count).map { index in
        let start = palette.start + index * palette.size
        let component = { UInt8(bytes.number(at: start + $0, size: 1) ?? 0) }
        return (component(2), component(1), component(0))
      }
      return .palette(table + black.dropFirst(table.count))
    }
    let usual = bits == 16 ? [0x7C00, 0x3E0, 0x1F, 0] : [0xFF0000, 0xFF00, 0xFF, 0]
    guard hasMasks else { return .masks(usual.map(BMPMask.init)) }
    let masks = (0..<4).map { bytes.number(at: 54 + 4 * $0, size: 4) ?? 0 }
    return .masks((hasAlpha ? masks : masks.prefix(3) + [0]).map(BMPMask.init))
  }
}

/// How the numbers that a BMP file has for its pixels become red, green and blue.
private enum BMPColors {
  case palette([(UInt8, UInt8, UInt8)])
  /// The bits of red, green, blue and alpha.
  case masks([BMPMask])

  func decode(
    _ source: UnsafeRawBufferPointer, bits: Int, width: Int, into rgb: UnsafeMutablePointer<UInt8>
  ) {
    switch self {
    case .palette(let table):
      for x in 0..<width {
        let shift = 8 - bits - x * bits % 8
        let index = Int(source[x * bits / 8]) >> shift & (1 << bits - 1)
        (rgb[x * 3], rgb[x * 3 + 1], rgb[x * 3 + 2]) = table[index]
      }
    case .masks(let masks):
      let size = bits / 8
      for x in 0..<width {
        var pixel = 0
        for byte in 0..<size { pixel |= Int(source[x * size + byte]) << (8 * byte) }
        let alpha = masks[3].isEmpty ? 255 : masks[3].value(of: pixel)
        for channel in 0..<3 {
          rgb[x * 3 + channel] = camreport_over_white(masks[channel].value(of: pixel), alpha)
        }
      }
    }
  }
}

/// The bits of a pixel that are one colour's.
private struct BMPMask {
  private let shift: Int
  private let largest: Int

  init(_ mask: Int) {
    shift = mask == 0 ? 0 : mask.trailingZeroBitCount
    largest = mask >> shift
  }

  var isEmpty: Bool { largest == 0 }

  /// The colour's value as 0 … 255.
  func value(of pixel: Int) -> Int32 {
    largest == 0 ? 0 : Int32((pixel >> shift & largest) * 255 / largest)
  }
}

extension UnsafeRawBufferPointer {
  /// A little-endian number of `size` bytes; nil where the bytes end before it does.
  fileprivate func number(at offset: Int, size: Int) -> Int? {
    guard offset + size <= count else { return nil }
    return self[offset..<offset + size].reversed().reduce(0) { $0 << 8 | Int($1) }
  }
}
