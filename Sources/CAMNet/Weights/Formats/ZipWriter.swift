import CZlib

/// Writes a zip archive of stored members, with zip64 fields where a size needs them.
struct ZipWriter {
  /// The members that are written so far, each with its local header.
  private var bytes: [UInt8] = []
  /// The entries of the directory for the members that are written so far.
  private var directory: [UInt8] = []
  private var count = 0
  /// The 32-bit value that says that a zip64 field has the true one.
  private static let full = UInt64(UInt32.max)

  /// Writes a member, not compressed.
  mutating func append(name: String, contents: [UInt8]) {
    let offset = UInt64(bytes.count)
    let size = UInt64(contents.count)
    let checksum = UInt32(truncatingIfNeeded: crc32_z(0, contents, contents.count))
    let isLarge = size >= Self.full || offset >= Self.full
    var zip64: [UInt8] = []
    if isLarge {
      zip64.append(littleEndian: UInt16(1))
      zip64.append(littleEndian: UInt16(24))
      for value in [size, size, offset] { zip64.append(littleEndian: value) }
    }
    // 1 January 1980, and the version that knows zip64.
    var common: [UInt8] = [45, 0, 0, 8, 0, 0, 0, 0, 0x21, 0]
    common.append(littleEndian: checksum)
    for _ in 0..<2 { common.append(littleEndian: isLarge ? UInt32.max : UInt32(size)) }
    common.append(littleEndian: UInt16(name.utf8.count))

    bytes += [0x50, 0x4B, 3, 4] + common
    let localExtra = isLarge ? Array(zip64.prefix(20)) : []
    bytes.append(littleEndian: UInt16(localExtra.count))
    bytes += Array(name.utf8)
    if isLarge {
      // A local header holds the two sizes only.
      bytes += [1, 0, 16, 0] + localExtra.dropFirst(4)
    }
    bytes += contents

    directory += [0x50, 0x4B, 1, 2, 45, 0] + common
    directory.append(littleEndian: UInt16(zip64.count))
    directory += [UInt8](repeating: 0, count: 10)
    directory.append(littleEndian: isLarge ? UInt32.max : UInt32(offset))
    directory += Array(name.utf8) + zip64
    count += 1
  }

  /// The archive's bytes: all members, the directory and the end record.
  func finished() -> [UInt8] {
    let start = UInt64(bytes.count)
    let size = UInt64(directory.count)
    var end: [UInt8] = []
    if start >= Self.full || size >= Self.full || count >= 0xFFFF {
      end += [0x50, 0x4B, 6, 6]
      end.append(littleEndian: UInt64(44))
      end += [45, 0, 45, 0] + [UInt8](repeating: 0, count: 8)
      for value in [UInt64(count), UInt64(count), size, start] { end.append(littleEndian: value) }
      end += [0x50, 0x4B, 6, 7, 0, 0, 0, 0]
      end.append(littleEndian: start + size)
      end += [1, 0, 0, 0]
    }
    end += [0x50, 0x4B, 5, 6, 0, 0, 0, 0]
    for _ in 0..<2 { end.append(littleEndian: UInt16(clamping: count)) }
    end.append(littleEndian: UInt32(clamping: size))
    end.append(littleEndian: UInt32(clamping: start))
    end += [0, 0]
    return bytes + directory + end
  }
}
