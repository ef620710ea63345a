/// ONNX's `TensorProto`: a name, a shape, a type, and values in one of several fields, or in a file of their own.
package struct ONNXTensor {
  private var name = ""
  private var dimensions: [Int] = []
  private var type = 0
  private var raw: Range<Int>?
  private var floats = RepeatedNumbers()
  private var doubles = RepeatedNumbers()
  /// `int32_data`, which also holds all smaller integers, booleans and the bits of halves.
  private var integers = RepeatedNumbers()
  private var longs = RepeatedNumbers()
  private var unsignedLongs = RepeatedNumbers()
  /// `external_data`: what it says of the place of values that lie in another file; nil where they lie in this one.
  private var place: [String: String] = [:]
  private var isExternal = false

  /// Reads a tensor.
  /// - Parameters:
  ///   - name: what it is called where it has no name of its own.
  ///   - files: where values that lie in other files are had from.
  package static func read(
    _ message: ProtobufReader, named name: String? = nil, _ files: ExternalFiles
  ) throws(WeightsError) -> (name: String, array: StoredArray) {
    var tensor = ONNXTensor()
    try tensor.readFields(message)
    if let name { tensor.name = name }
    try files.budget.spend(MemoryLayout<StoredArray>.stride + tensor.name.utf8.count)
    return (tensor.name, try tensor.array(message.file, files))
  }

  private mutating func readFields(_ message: ProtobufReader) throws(WeightsError) {
    var reader = message
    while let field = try reader.next() {
      switch field.number {
      case 1: dimensions += try field.integers
      case 2: type = try field.integer
      case 4: floats.append(field)
      case 5: integers.append(field)
      case 7: longs.append(field)
      case 8: name = try field.text
      case 9: raw = try field.range
      case 10: doubles.append(field)
      case 11: unsignedLongs.append(field)
      case 13: try readPlace(field.message)
      case 14: isExternal = try field.integer == 1
      default: break
      }
    }
  }

  /// Reads an entry of `external_data`.
  private mutating func readPlace(_ message: ProtobufReader) throws(WeightsError) {
    var reader = message
    var (key, value) = ("", "")
    while let field = try reader.next() {
      switch field.number {
      case 1: key = try field.text
      case 2: value = try field.text
      default: break
      }
    }
    place[key] = value
  }

  private func array(_ file: FileBytes, _ files: ExternalFiles) throws(WeightsError) -> StoredArray
  {
    let scalarType = try scalarType(file)
    let shape = Shape(dimensions)
    guard shape.rank <= 32, let count = shape.checkedElementCount,
      !count.multipliedReportingOverflow(by: scalarType.size).overflow
    else {
      throw .malformed(file: file.name, reason: "'\(name)' has the impossible shape \(shape)")
    }
    let needed = count * scalarType.size
    let (contents, range) =
      isExternal
      ? try files.locate(place, size: needed, of: name) : try values(scalarType, file, files)
    guard range.count <= needed else {
      throw .malformed(
        file: file.name,
        reason: "'\(name)' \(shape) needs \(needed) bytes and has \(range.count)")
    }
    return try StoredArray(
      contents, range: range, shape: shape, scalarType: scalarType, name: name)
  }

  /// Where the values lie that are in the tensor itself.
  private func values(
    _ scalarType: ScalarType, _ file: FileBytes, _ files: ExternalFiles
  ) throws(WeightsError) -> (StoredArray.Contents, Range<Int>) {
    if let raw { return (.file(file), raw) }
    let budget = files.budget
    switch scalarType {
    case .float32: return try floats.stored(file, budget)
    case .float64: return try doubles.stored(file, budget)
    case .int64: return try longs.storedIntegers(size: 8, file, budget)
    case .uint32, .uint64:
      return try unsignedLongs.storedIntegers(size: scalarType.size, file, budget)
    default: return try integers.storedIntegers(size: scalarType.size, file, budget)
    }
  }

  private func scalarType(_ file: FileBytes) throws(WeightsError) -> ScalarType {
    if let scalarType = ScalarType(onnxCode: type) { return scalarType }
    switch type {
    case 8: throw .unsupported(file: file.name, what: "'\(name)', which is of texts")
    default:
      throw .unsupported(file: file.name, what: "'\(name)', whose values are of type \(type)")
    }
  }
}

extension ScalarType {
  /// The type that ONNX gives a number, `TensorProto.DataType`; nil where no type here has it.
  package init?(onnxCode: Int) {
    let types: [Int: ScalarType] = [
      1: .float32, 2: .uint8, 3: .int8, 4: .uint16, 5: .int16, 6: .int32, 7: .int64, 9: .bool,
      10: .float16, 11: .float64, 12: .uint32, 13: .uint64, 16: .bfloat16,
    ]
    guard let type = types[onnxCode] else { return nil }
    self = type
  }
}
