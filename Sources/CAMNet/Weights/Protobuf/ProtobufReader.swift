/// Reads the fields of a protobuf message, a stretch of a file, one after another; what a field holds stays where it lies.
///
/// The wire format: https://protobuf.dev/programming-guides/encoding. Groups, which only files before 2008 have, are refused.
package struct ProtobufReader {
  package let file: FileBytes
  /// The next field's place in the file.
  package private(set) var position: Int
  /// The place behind the message's last byte.
  private let end: Int

  /// A reader of a whole file, or of a message inside it, whose range a field said.
  package init(_ file: FileBytes, range: Range<Int>? = nil) {
    self.file = file
    position = range?.lowerBound ?? 0
    end = range?.upperBound ?? file.count
  }

  /// The next field; nil at the message's end.
  package mutating func next() throws(WeightsError) -> ProtobufField? {
    guard position < end else { return nil }
    let start = position
    let tag = try varint()
    let (number, wireType) = (Int(clamping: tag >> 3), tag & 7)
    guard (1...0x1FFF_FFFF).contains(number) else {
      throw .malformed(file: file.name, reason: "byte \(start) begins a field of number \(number)")
    }
    let content: ProtobufField.Content
    switch wireType {
    case 0: content = .number(try varint())
    case 1: content = .bits64(file.integer(UInt64.self, at: try take(8, number, start).lowerBound))
    case 2: content = .bytes(try take(try varint(), number, start))
    case 5: content = .bits32(file.integer(UInt32.self, at: try take(4, number, start).lowerBound))
    default:
      throw .malformed(
        file: file.name, reason: "byte \(start) begins a field of wire type \(wireType)")
    }
    return ProtobufField(number: number, content: content, position: start, file: file)
  }

  /// All numbers that are left, where they stand one after another without fields of their own.
  package mutating func numbers() throws(WeightsError) -> [Int] {
    var numbers: [Int] = []
    while position < end { numbers.append(Int(truncatingIfNeeded: try varint())) }
    return numbers
  }

  /// Reads a number of seven bits a byte, the lowest first; a byte's highest bit says that another follows.
  private mutating func varint() throws(WeightsError) -> UInt64 {
    let start = position
    let (value, count) = file.withUnsafeBytes { bytes -> (UInt64, Int) in
      var value: UInt64 = 0
      for index in 0..<min(10, end - start) {
        let byte = bytes[start + index]
        value |= UInt64(byte & 0x7F) << (7 * UInt64(index))
        if byte < 0x80 { return (value, index + 1) }
      }
      return (0, 0)
    }
    guard count > 0 else {
      guard end - start < 10 else {
        throw .malformed(file: file.name, reason: "the number at byte \(start) has no end")
      }
      throw .truncated(
        file: file.name, what: "the number at byte \(start)", needed: end - start + 1,
        found: end - start)
    }
    position += count
    return value
  }

  /// Moves past `count` bytes of a field and says where they lie.
  private mutating func take(
    _ count: UInt64, _ number: Int, _ start: Int
  ) throws(WeightsError) -> Range<Int> {
    guard count <= UInt64(end - position) else {
      throw .truncated(
        file: file.name, what: "field \(number) at byte \(start)", needed: Int(clamping: count),
        found: end - position)
    }
    defer { position += Int(count) }
    return position..<position + Int(count)
  }
}

/// A field of a protobuf message: its number, and what it holds.
package struct ProtobufField {
  package enum Content {
    case number(UInt64)
    case bits32(UInt32)
    case bits64(UInt64)
    /// Text, bytes, a message, or numbers one after another: where they lie in the file.
    case bytes(Range<Int>)
  }

  package let number: Int
  package let content: Content
  /// The place of the field's first byte in the file.
  package let position: Int
  private let file: FileBytes

  fileprivate init(number: Int, content: Content, position: Int, file: FileBytes) {
    self.number = number
    self.content = content
    self.position = position
    self.file = file
  }

  /// Where the field's bytes lie.
  package var range: Range<Int> {
    get throws(WeightsError) {
      guard case .bytes(let range) = content else { throw otherType }
      return range
    }
  }

  package var message: ProtobufReader {
    get throws(WeightsError) { ProtobufReader(file, range: try range) }
  }

  /// The field as UTF-8; what is none becomes U+FFFD.
  package var text: String {
    get throws(WeightsError) { String(decoding: file.bytes(try range), as: UTF8.self) }
  }

  package var integer: Int {
    get throws(WeightsError) {
      guard case .number(let value) = content else { throw otherType }
      return Int(truncatingIfNeeded: value)
    }
  }

  package var float: Float {
    get throws(WeightsError) {
      guard case .bits32(let bits) = content else { throw otherType }
      return Float(bitPattern: bits)
    }
  }

  /// One number, or several in one field, as writers of repeated numbers choose.
  package var integers: [Int] {
    get throws(WeightsError) {
      if case .number(let value) = content { return [Int(truncatingIfNeeded: value)] }
      var reader = try message
      return try reader.numbers()
    }
  }

  /// One float, or several in one field.
  package var floats: [Float] {
    get throws(WeightsError) {
      if case .bits32(let bits) = content { return [Float(bitPattern: bits)] }
      let range = try range
      guard range.count % 4 == 0 else { throw otherType }
      return stride(from: range.lowerBound, to: range.upperBound, by: 4).map {
        Float(bitPattern: file.integer(UInt32.self, at: $0))
      }
    }
  }

  /// The error for a field that holds something else than its number promises.
  private var otherType: WeightsError {
    .malformed(
      file: file.name, reason: "field \(number) at byte \(position) holds something else")
  }
}
