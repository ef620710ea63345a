/// Reads numbers and stretches of bytes from part of a file, and never past its end.
struct ByteReader {
  let file: FileBytes
  /// The next byte's place in the file.
  private(set) var position: Int
  /// The place behind the last byte that may be read.
  let end: Int

  /// A reader of a file's bytes, all of them or those of `range`, which must lie in the file.
  init(_ file: FileBytes, range: Range<Int>? = nil) {
    self.file = file
    position = range?.lowerBound ?? 0
    end = range?.upperBound ?? file.count
  }

  var remaining: Int { end - position }

  /// Moves past `count` bytes and says where they lie; `what` they are is for the error where fewer are left.
  mutating func take(_ count: Int, _ what: @autoclosure () -> String) throws(WeightsError) -> Range<
    Int
  > {
    guard count >= 0, count <= remaining else {
      throw .truncated(file: file.name, what: what(), needed: count, found: remaining)
    }
    defer { position += count }
    return position..<position + count
  }

  /// Reads a little-endian number.
  mutating func integer<Value: FixedWidthInteger>(
    _ type: Value.Type, _ what: @autoclosure () -> String
  ) throws(WeightsError) -> Value {
    let range = try take(MemoryLayout<Value>.size, what())
    return file.integer(type, at: range.lowerBound)
  }

  /// Reads a 64-bit count of things of a byte or more, and refuses it where fewer bytes are left.
  mutating func count(_ what: @autoclosure () -> String) throws(WeightsError) -> Int {
    let value = try integer(UInt64.self, what())
    guard value <= UInt64(remaining) else {
      throw .truncated(
        file: file.name, what: what(), needed: Int(clamping: value), found: remaining)
    }
    return Int(value)
  }

  /// Reads `count` bytes of UTF-8.
  mutating func text(_ count: Int, _ what: @autoclosure () -> String) throws(WeightsError) -> String
  {
    let range = try take(count, what())
    return String(decoding: file.bytes(range), as: UTF8.self)
  }

  /// Reads UTF-8 up to a newline and moves past that.
  mutating func line(_ what: @autoclosure () -> String) throws(WeightsError) -> String {
    let newline = file.withUnsafeBytes { bytes in
      bytes[position..<end].firstIndex(of: UInt8(ascii: "\n"))
    }
    guard let newline else {
      throw .truncated(file: file.name, what: what(), needed: remaining + 1, found: remaining)
    }
    let line = try text(newline - position, what())
    position += 1
    return line
  }
}

extension FileBytes {
  /// The little-endian number at a place in the file.
  /// - Precondition: the number lies in the file.
  func integer<Value: FixedWidthInteger>(_ type: Value.Type, at offset: Int) -> Value {
    withUnsafeBytes { Value(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: type)) }
  }

  /// The file's bytes in a range, copied.
  /// - Precondition: the range lies in the file.
  func bytes(_ range: Range<Int>) -> [UInt8] {
    withUnsafeBytes { Array($0[range]) }
  }
}
