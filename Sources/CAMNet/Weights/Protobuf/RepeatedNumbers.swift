/// The values of a repeated field of numbers, which may stand in one field or in several.
struct RepeatedNumbers {
  private var fields: [ProtobufField] = []

  var isEmpty: Bool { fields.isEmpty }

  mutating func append(_ field: ProtobufField) {
    fields.append(field)
  }

  /// Numbers of a fixed size as they lie in memory, little-endian: where they are in the file if they lie together, else copied.
  func stored(
    _ file: FileBytes, _ budget: ReadingBudget
  ) throws(WeightsError) -> (StoredArray.Contents, Range<Int>) {
    if fields.count == 1, case .bytes(let range) = fields[0].content { return (.file(file), range) }
    var bytes: [UInt8] = []
    for field in fields {
      switch field.content {
      case .bits32(let value): bytes.append(littleEndian: value)
      case .bits64(let value): bytes.append(littleEndian: value)
      case .bytes, .number: bytes += file.bytes(try field.range)
      }
    }
    return try copied(bytes, file, budget)
  }

  /// Numbers of seven bits a byte, each as `size` bytes, little-endian, without the bits that do not fit.
  func storedIntegers(
    size: Int, _ file: FileBytes, _ budget: ReadingBudget
  ) throws(WeightsError) -> (StoredArray.Contents, Range<Int>) {
    var bytes: [UInt8] = []
    for field in fields {
      for value in try field.integers {
        for byte in 0..<size { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * byte))) }
      }
    }
    return try copied(bytes, file, budget)
  }

  private func copied(
    _ bytes: [UInt8], _ file: FileBytes, _ budget: ReadingBudget
  ) throws(WeightsError) -> (StoredArray.Contents, Range<Int>) {
    try budget.spend(bytes.count)
    return (.file(FileBytes(bytes, name: file.name)), 0..<bytes.count)
  }
}
