/// Writes a protobuf message, field by field.
public struct ProtobufWriter {
  public private(set) var bytes: [UInt8] = []

  public init() {}

  /// The bytes of a message that `fill` writes.
  public static func message(_ fill: (inout ProtobufWriter) -> Void) -> [UInt8] {
    var writer = ProtobufWriter()
    fill(&writer)
    return writer.bytes
  }

  public mutating func number(_ field: Int, _ value: Int) {
    varint(UInt64(field) << 3)
    varint(UInt64(bitPattern: Int64(value)))
  }

  public mutating func bytes(_ field: Int, _ value: some Collection<UInt8>) {
    varint(UInt64(field) << 3 | 2)
    varint(UInt64(value.count))
    bytes += value
  }

  public mutating func text(_ field: Int, _ value: String) {
    bytes(field, Array(value.utf8))
  }

  public mutating func message(_ field: Int, _ fill: (inout ProtobufWriter) -> Void) {
    bytes(field, Self.message(fill))
  }

  /// Numbers one after another in one field.
  public mutating func numbers(_ field: Int, _ values: [Int]) {
    var packed = ProtobufWriter()
    for value in values { packed.varint(UInt64(bitPattern: Int64(value))) }
    bytes(field, packed.bytes)
  }

  /// Floats one after another in one field.
  public mutating func floats(_ field: Int, _ values: [Float]) {
    bytes(field, values.littleEndianBytes)
  }

  /// A float with a field of its own.
  public mutating func float(_ field: Int, _ value: Float) {
    varint(UInt64(field) << 3 | 5)
    bytes += [value].littleEndianBytes
  }

  /// Bytes as they are, which need not be a field.
  public mutating func raw(_ value: [UInt8]) {
    bytes += value
  }

  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}

extension [Float] {
  public var littleEndianBytes: [UInt8] {
    flatMap { value in Swift.withUnsafeBytes(of: value.bitPattern.littleEndian) { [UInt8]($0) } }
  }
}
