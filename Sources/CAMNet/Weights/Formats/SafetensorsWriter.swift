/// Writes safetensors files array by array, with the header's keys in the arrays' order, and padded with spaces to a multiple of 8
/// bytes.
enum SafetensorsWriter {
  static func write(_ store: WeightsStore, to file: AtomicFileWriter) throws {
    try file.append(header(store.entries, store.metadata, source: store.source))
    for entry in store.entries {
      try file.append(try store.array(named: entry.name).littleEndianBytes())
    }
  }

  /// Writes tensors from where they lie.
  static func write(
    _ tensors: [(name: String, tensor: Tensor)], metadata: [String: String],
    to file: AtomicFileWriter, source: String
  ) throws {
    let entries = tensors.map { name, tensor in
      WeightsStore.Entry(name: name, shape: tensor.shape, scalarType: .float32)
    }
    try file.append(header(entries, metadata, source: source))
    for (_, tensor) in tensors {
      try tensor.withUnsafeElements { elements throws(FileError) in
        try file.append(UnsafeRawBufferPointer(elements))
      }
    }
  }

  private static let metadataKey = "__metadata__"

  /// The file's beginning: the header's length, and the header.
  private static func header(
    _ entries: [WeightsStore.Entry], _ metadata: [String: String], source: String
  ) throws(WeightsError) -> [UInt8] {
    var fields: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }
        .map { "\(quoted($0.key)):\(quoted($0.value))" }
      fields.append("\(quoted(metadataKey)):{\(pairs.joined(separator: ","))}")
    }
    var start = 0
    for entry in entries {
      guard entry.name != metadataKey else {
        throw .unwritable(
          file: source, reason: "safetensors keep '\(metadataKey)' for something else")
      }
      let end = start + entry.shape.elementCount * entry.scalarType.size
      let shape = entry.shape.dimensions.map(String.init).joined(separator: ",")
      fields.append(
        "\(quoted(entry.name)):{\"dtype\":\"\(entry.scalarType.safetensorsCode)\","
          + "\"shape\":[\(shape)],\"data_offsets\":[\(start),\(end)]}")
      start = end
    }
    var header = "{" + fields.joined(separator: ",") + "}"
    header += String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
    var bytes: [UInt8] = []
    bytes.append(littleEndian: UInt64(header.utf8.count))
    return bytes + Array(header.utf8)
  }

  /// Text as a JSON string, in quotes.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case "\u{0}"..."\u{1F}":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
