extension WeightsStore {
  /// Writes all arrays in the format that the path's ending names: `.npy` (a pickled dictionary, as the notebook reads),
  /// `.npz` or `.safetensors`, which alone keeps what a file says beside its arrays. Types are kept; the same arrays always give
  /// the same bytes.
  /// - Parameter isDurable: whether the file is on the disk, and not on its way there, when it is written.
  public func write(to path: String, isDurable: Bool = false) throws {
    try checkNames(path)
    let file = try AtomicFileWriter(path, isDurable: isDurable)
    switch path.split(separator: ".").last {
    case "npy": try file.append(NPYDictionary.bytes(of: self))
    case "npz": try file.append(NPZWriter.bytes(of: self))
    case "safetensors": try SafetensorsWriter.write(self, to: file)
    default: throw WeightsError.unknownOutputFormat(file: path)
    }
    try checkUnchanged()
    try file.finish()
  }

  /// Writes float32 tensors as a safetensors file, from where they lie, with texts beside them.
  /// - Precondition: the tensors' names are unique.
  package static func writeSafetensors(
    _ tensors: [(name: String, tensor: Tensor)], metadata: [String: String], to path: String
  ) throws {
    let file = try AtomicFileWriter(path, isDurable: true)
    try SafetensorsWriter.write(tensors, metadata: metadata, to: file, source: path)
    try file.finish()
  }

  /// Sees that each name stands once.
  private func checkNames(_ path: String) throws(WeightsError) {
    var names: Set<String> = []
    for entry in entries where !names.insert(entry.name).inserted {
      throw .unwritable(
        file: path, reason: "two arrays of \(source) are named '\(entry.name)'")
    }
  }

  /// All arrays as an `.npz` archive's bytes.
  package func npzData() throws -> [UInt8] { try NPZWriter.bytes(of: self) }

  /// NumPy's code of an entry's type, byte order included, such as `<f4`.
  func numPyDescription(_ entry: Entry) throws(WeightsError) -> String {
    guard let code = entry.scalarType.numPyCode else {
      throw .noTypeInFormat(file: source, type: entry.scalarType, name: entry.name)
    }
    return (entry.scalarType.size == 1 ? "|" : "<") + code
  }
}

extension [UInt8] {
  /// Appends a number's bytes, the lowest first.
  mutating func append(littleEndian value: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
  }
}

extension NPY {
  /// A `.npy` file's header of version 1, in C order, padded so that the values begin at a multiple of 64 bytes.
  static func headerBytes(description: String, shape: Shape) -> [UInt8] {
    var text = "{'descr': '\(description)', 'fortran_order': False, 'shape': \(shape), }"
    let length = magic.count + 4 + text.utf8.count + 1
    text += String(repeating: " ", count: (64 - length % 64) % 64) + "\n"
    var bytes = magic + [1, 0]
    bytes.append(littleEndian: UInt16(text.utf8.count))
    return bytes + Array(text.utf8)
  }
}

extension Tensor {
  /// The bytes of a `.npy` file that holds the tensor, float32 in C order.
  public func npyData() -> [UInt8] {
    NPY.headerBytes(description: "<f4", shape: shape)
      + withUnsafeElements { Array(UnsafeRawBufferPointer($0)) }
  }
}

/// Writes `.npy` files as the notebook reads them:
/// `np.load(f, encoding='latin1', allow_pickle=True).item()[layer]['weights']`.
///
/// Such a file is a zero-dimensional array of one object, whose pickle (protocol 2) is a dictionary of dictionaries; an array's
/// name is split at its last `/` into dictionary and key.
enum NPYDictionary {
  static func bytes(of store: WeightsStore) throws(WeightsError) -> [UInt8] {
    var pickle = PickleWriter()
    pickle.beginArray()
    // The state: (version, shape (), dtype object, Fortran order, [the dictionary]).
    pickle.mark()
    pickle.integer(1)
    pickle.code(")")
    pickle.dtype("O8", order: "|")
    pickle.code(Pickle.no)
    pickle.code("]")
    try dictionary(of: store, &pickle)
    pickle.code("a")
    pickle.code("t")
    pickle.code("b")
    pickle.code(".")
    return NPY.headerBytes(description: "|O", shape: []) + pickle.bytes
  }

  /// Writes the dictionary of layers, each a dictionary of its arrays.
  private static func dictionary(
    of store: WeightsStore, _ pickle: inout PickleWriter
  ) throws(WeightsError) {
    // An array whose name has no `/` stands in the outer dictionary.
    typealias Item = (key: String, entry: WeightsStore.Entry)
    var layers: [(name: String?, items: [Item])] = []
    var places: [String?: Int] = [:]
    for entry in store.entries {
      let parts = entry.name.split(separator: "/", omittingEmptySubsequences: false)
      let layer = parts.count > 1 ? parts.dropLast().joined(separator: "/") : nil
      let item = (key: String(parts.last ?? ""), entry: entry)
      if let place = places[layer] {
        layers[place].items.append(item)
      } else {
        places[layer] = layers.count
        layers.append((layer, [item]))
      }
    }
    for item in places[nil].map({ layers[$0].items }) ?? [] where places[item.key] != nil {
      throw .unwritable(
        file: store.source,
        reason: "'\(item.key)' is both an array and the beginning of others' names")
    }
    pickle.code("}")
    for layer in layers {
      if let name = layer.name {
        pickle.string(name)
        pickle.code("}")
      }
      for item in layer.items {
        pickle.string(item.key)
        try array(item.entry, of: store, &pickle)
        pickle.code("s")
      }
      if layer.name != nil { pickle.code("s") }
    }
  }

  private static func array(
    _ entry: WeightsStore.Entry, of store: WeightsStore, _ pickle: inout PickleWriter
  ) throws(WeightsError) {
    let description = try store.numPyDescription(entry)
    pickle.beginArray()
    pickle.mark()
    pickle.integer(1)
    pickle.mark()
    for dimension in entry.shape.dimensions { pickle.integer(dimension) }
    pickle.code("t")
    pickle.dtype(String(description.dropFirst()), order: String(description.prefix(1)))
    pickle.code(Pickle.no)
    pickle.byteString(try store.array(named: entry.name).littleEndianBytes())
    pickle.code("t")
    pickle.code("b")
  }
}

extension Pickle {
  /// The instruction for Python's False.
  fileprivate static let no: Unicode.Scalar = "\u{89}"
}

/// Writes a pickle of protocol 2, with the few instructions that a dictionary of arrays needs.
private struct PickleWriter {
  /// What is written so far, the protocol's announcement first.
  private(set) var bytes: [UInt8] = [0x80, 2]

  mutating func code(_ scalar: Unicode.Scalar) { bytes.append(UInt8(scalar.value)) }

  mutating func mark() { code("(") }

  /// Writes a whole number, in 32 bits where they hold it.
  mutating func integer(_ value: Int) {
    if let small = Int32(exactly: value) {
      code("J")
      bytes.append(littleEndian: small)
    } else {
      bytes += [0x8A, 8]
      bytes.append(littleEndian: Int64(value))
    }
  }

  mutating func string(_ text: String) {
    code("X")
    bytes.append(littleEndian: UInt32(text.utf8.count))
    bytes += Array(text.utf8)
  }

  /// Writes raw data as Python 2's str, which NumPy takes for data when told `encoding='latin1'`; what is too long for that, as
  /// protocol 4's bytes.
  mutating func byteString(_ data: [UInt8]) {
    if let count = Int32(exactly: data.count) {
      code("T")
      bytes.append(littleEndian: count)
    } else {
      bytes.append(0x8E)
      bytes.append(littleEndian: UInt64(data.count))
    }
    bytes += data
  }

  /// Writes `numpy.core.multiarray._reconstruct(numpy.ndarray, (0,), 'b')`, a blank array to give a state to.
  mutating func beginArray() {
    bytes += Array("cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\n".utf8)
    integer(0)
    bytes += [0x85]
    byteString([UInt8(ascii: "b")])
    bytes += [0x87]
    code("R")
  }

  /// Writes `numpy.dtype(code, False, True)` and the state that holds its byte order.
  mutating func dtype(_ numPyCode: String, order: String) {
    bytes += Array("cnumpy\ndtype\n".utf8)
    string(numPyCode)
    bytes += [0x89, 0x88, 0x87]
    code("R")
    mark()
    integer(3)
    string(order)
    for _ in 0..<3 { code("N") }
    // Element size and alignment are for NumPy to know; objects have flags.
    integer(-1)
    integer(-1)
    integer(numPyCode.hasPrefix("O") ? 63 : 0)
    code("t")
    code("b")
  }
}

/// Writes `.npz` files: zip archives of stored `.npy` members, dated 1980 so that the same arrays always give the same bytes.
enum NPZWriter {
  static func bytes(of store: WeightsStore) throws(WeightsError) -> [UInt8] {
    var archive = ZipWriter()
    for entry in store.entries {
      let name = entry.name + ".npy"
      // An archive has 16 bits for a name's length.
      guard name.utf8.count <= Int(UInt16.max) else {
        throw .unwritable(
          file: store.source,
          reason: "a name of \(entry.name.utf8.count) bytes is longer than a zip archive allows")
      }
      let header = NPY.headerBytes(
        description: try store.numPyDescription(entry), shape: entry.shape)
      archive.append(
        name: name,
        contents: header + (try store.array(named: entry.name).littleEndianBytes()))
    }
    return archive.finished()
  }
}
