import Glibc

/// A JPEG file's parts in order, from behind its signature to its end marker: segments, and the scans that follow some.
struct JPEGParts: Sequence, IteratorProtocol {
  enum Part {
    /// A segment's marker and data.
    case segment(UInt8, Slice<UnsafeRawBufferPointer>)
    /// The coded pixels behind a segment that begins a scan.
    case scan(Slice<UnsafeRawBufferPointer>)
  }

  static let signature: [UInt8] = [0xFF, 0xD8]
  static let exifMarker = Array("Exif\0\0".utf8)

  private static let startOfScan: UInt8 = 0xDA
  private static let end: UInt8 = 0xD9
  private static let application: ClosedRange<UInt8> = 0xE0...0xEF
  private static let comment: UInt8 = 0xFE
  private static let restarts: ClosedRange<UInt8> = 0xD0...0xD7

  private let bytes: UnsafeRawBufferPointer
  private var position = signature.count
  private var beginsScan = false

  /// - Parameter bytes: a file that begins with the signature.
  init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
  }

  mutating func next() -> Part? {
    if beginsScan {
      beginsScan = false
      let start = position
      while let marker = moveToMarker(), Self.restarts.contains(marker) { position += 2 }
      return .scan(bytes[start..<position])
    }
    // Bytes before a marker, and markers that no data follow, are passed over, as libjpeg does.
    while let marker = moveToMarker(), marker != Self.end {
      position += 2
      if marker == 0x01 || Self.restarts.contains(marker) { continue }
      guard position + 2 <= bytes.count else { return nil }
      let length = Int(bytes[position]) << 8 | Int(bytes[position + 1])
      guard length >= 2, position + length <= bytes.count else { return nil }
      defer { position += length }
      beginsScan = marker == Self.startOfScan
      return .segment(marker, bytes[position + 2..<position + length])
    }
    return nil
  }

  /// Moves to the next 0xFF that a marker's byte follows, and gives that byte; at the end of the file gives nil.
  private mutating func moveToMarker() -> UInt8? {
    while let start = bytes.baseAddress, position < bytes.count,
      let found = memchr(start + position, 0xFF, bytes.count - position)
    {
      position = UnsafeRawPointer(found) - start
      guard position + 1 < bytes.count else { break }
      // 0 says that the 0xFF is a scan's own; before a marker there may be any number of 0xFF.
      let marker = bytes[position + 1]
      if marker != 0, marker != 0xFF { return marker }
      position += 1
    }
    position = bytes.count
    return nil
  }

  /// How the camera was held, as the first EXIF segment before any scan says.
  var orientation: Orientation {
    for case .segment(let marker, let data) in self {
      if marker == Self.startOfScan { break }
      if Self.isEXIF(marker, data) {
        return Orientation(exif: UnsafeRawBufferPointer(rebasing: data))
      }
    }
    return .upright
  }

  private static func isEXIF(_ marker: UInt8, _ data: Slice<UnsafeRawBufferPointer>) -> Bool {
    marker == application.lowerBound + 1 && data.starts(with: exifMarker)
  }

  /// The file with the parts that its pixels, colours and orientation need.
  var withoutMetadata: [UInt8] {
    let orientation = orientation
    var isTurned = orientation != .upright
    var result = Self.signature
    func append(_ marker: UInt8, _ data: some Collection<UInt8>) {
      let length = data.count + 2
      result += [0xFF, marker, UInt8(length >> 8), UInt8(length & 0xFF)]
      result += data
    }
    for part in self {
      switch part {
      case .scan(let data): result += data
      case .segment(let marker, let data) where Self.isEXIF(marker, data) && isTurned:
        append(marker, Self.exifMarker + orientation.exif)
        isTurned = false
      case .segment(Self.application.lowerBound, let data) where data.starts(with: "JFIF\0".utf8):
        // A preview would follow; its size is in the last two bytes before it.
        append(Self.application.lowerBound, data.prefix(12) + [0, 0])
      case .segment(let marker, let data) where Self.isKept(marker, data): append(marker, data)
      case .segment: break
      }
    }
    return result + [0xFF, Self.end]
  }

  /// Whether a segment says how the pixels are coded, or is a colour profile or Adobe's, which says whether colours are inks.
  private static func isKept(_ marker: UInt8, _ data: Slice<UnsafeRawBufferPointer>) -> Bool {
    switch marker {
    case application.lowerBound + 2: data.starts(with: "ICC_PROFILE\0".utf8)
    case application.upperBound - 1: data.starts(with: "Adobe".utf8)
    case application, comment: false
    default: true
    }
  }
}
