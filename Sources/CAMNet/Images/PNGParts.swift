import CZlib

/// A PNG file's chunks in order, up to its end.
struct PNGParts: Sequence, IteratorProtocol {
  struct Chunk {
    let type: String
    let data: UnsafeRawBufferPointer
    /// The chunk as it lies in the file, with its length and checksum.
    let whole: UnsafeRawBufferPointer
  }

  static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  private static let exif = "eXIf"
  /// The chunks that pixels and colours need.
  private static let kept: Set<String> = [
    "IHDR", "PLTE", "IDAT", "IEND", "tRNS", "cHRM", "cICP", "gAMA", "iCCP", "sBIT", "sRGB",
  ]

  private let bytes: UnsafeRawBufferPointer
  private var position = signature.count

  /// - Parameter bytes: a file that begins with the signature.
  init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
  }

  mutating func next() -> Chunk? {
    let frame = 12
    guard position + frame <= bytes.count else { return nil }
    let length = bytes[position..<position + 4].reduce(0) { $0 << 8 | Int($1) }
    guard length <= bytes.count - position - frame else { return nil }
    let whole = UnsafeRawBufferPointer(rebasing: bytes[position..<position + frame + length])
    let type = String(decoding: whole[4..<8], as: UTF8.self)
    position = type == "IEND" ? bytes.count : position + whole.count
    return Chunk(
      type: type, data: UnsafeRawBufferPointer(rebasing: whole[8..<8 + length]), whole: whole)
  }

  /// How the camera was held, as the first EXIF chunk says.
  var orientation: Orientation {
    first { $0.type == Self.exif }.map { Orientation(exif: $0.data) } ?? .upright
  }

  /// The file with the chunks that its pixels, colours and orientation need.
  var withoutMetadata: [UInt8] {
    let orientation = orientation
    var isTurned = orientation != .upright
    var result = Self.signature
    for chunk in self {
      if chunk.type == Self.exif, isTurned {
        result += Self.chunk(Self.exif, orientation.exif)
        isTurned = false
      } else if Self.kept.contains(chunk.type) {
        result += chunk.whole
      }
    }
    return result
  }

  private static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
    let body = Array(type.utf8) + data
    let checksum = CZlib.crc32(0, body, UInt32(body.count))
    func number(_ value: UInt) -> [UInt8] {
      [24, 16, 8, 0].map { UInt8(value >> $0 & 0xFF) }
    }
    return number(UInt(data.count)) + body + number(checksum)
  }
}
