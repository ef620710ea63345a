/// Files that `torch.save` writes: a pickle of tensors whose values lie beside it, in one stream (before torch 1.6) or
/// in a zip archive (since).
enum TorchCheckpoint {
  /// The bytes that a stream begins with: a pickle of the number 0x1950a86a20f9469cfc6c, a LONG1 of ten bytes in protocol 2.
  private static let magic: [UInt8] = [
    0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E,
  ]

  /// Whether a file begins as torch's streams before 1.6 do.
  static func isLegacy(_ start: [UInt8]) -> Bool { start.starts(with: magic) }

  /// The arrays of a stream, which holds in turn: magic number, protocol, the system's byte order, the object, the storages'
  /// keys, and each storage as a count and its values.
  static func readLegacy(
    _ file: FileBytes, _ budget: ReadingBudget
  ) throws(WeightsError) -> [(String, StoredArray)] {
    var reader = ByteReader(file)
    _ = try reader.take(magic.count, "the magic number")
    var numbers = Pickle(reader, budget)
    guard case .integer(1001) = try numbers.load() else {
      throw .unsupported(file: file.name, what: "a torch stream of another protocol")
    }
    let system = try numbers.load()
    if let order = numbers.value("little_endian", in: system), case .bool(false) = order {
      throw .unsupported(file: file.name, what: "big-endian torch storages")
    }
    var pickle = Pickle(numbers.reader, budget)
    let object = try loaded(&pickle)
    var keys = Pickle(pickle.reader, budget)
    let order = try keys.load()
    guard case .list = order, let items = keys.items(order) else {
      throw .malformed(file: file.name, reason: "its storages are not listed")
    }
    let types = pickle.storageTypes
    reader = keys.reader
    var storages: [String: Range<Int>] = [:]
    for item in items {
      guard let key = keys.text(item), let type = types[key] else {
        throw .malformed(file: file.name, reason: "it lists a storage that no tensor uses")
      }
      let count = try reader.count("storage \(key)")
      let (bytes, overflow) = count.multipliedReportingOverflow(by: type.size)
      storages[key] = try reader.take(overflow ? .max : bytes, "storage \(key)")
    }
    return try arrays(object, pickle) { key in
      storages[key].map { (.file(file), $0) }
    }
  }

  /// The arrays of an archive, whose members are `<root>/data.pkl`, `<root>/data/<key>`, and in newer archives
  /// `<root>/byteorder`.
  static func read(
    _ archive: Zip, _ budget: ReadingBudget
  ) throws(WeightsError) -> [(String, StoredArray)] {
    let file = archive.file
    if archive.members.contains(where: { $0.name.hasSuffix("/constants.pkl") }) {
      throw .otherContents(
        file: file.name,
        "is a TorchScript archive (torch.jit.save); camreport reads its weights from torch.save(model.state_dict(), \"net.pth\"), or "
          + "the network from torch.onnx.export(model.eval(), x, \"net.onnx\")")
    }
    guard let member = archive.members.first(where: { $0.name.hasSuffix("/data.pkl") }) else {
      throw .malformed(file: file.name, reason: "its archive has no data.pkl")
    }
    let root = member.name.dropLast("data.pkl".count)
    let byName = Dictionary(
      archive.members.map { ($0.name, $0) }, uniquingKeysWith: { _, last in last })
    if let order = byName[root + "byteorder"] {
      guard try ZipContents(file, order).bytes() == Array("little".utf8) else {
        throw .unsupported(file: file.name, what: "big-endian torch storages")
      }
    }
    let contents = ZipContents(file, member)
    let (bytes, start) = try contents.located()
    var pickle = Pickle(ByteReader(bytes, range: start..<start + contents.size), budget)
    let object = try loaded(&pickle)
    var storages: [String: ZipContents] = [:]
    for key in pickle.storageTypes.keys {
      storages[key] = byName[root + "data/" + key].map { ZipContents(file, $0) }
    }
    return try arrays(object, pickle) { key in
      storages[key].map { (.member($0), 0..<$0.size) }
    }
  }

  /// The object of a pickle.
  /// - Throws: where it is a whole module, which needs code to be run, what to save in its place.
  private static func loaded(_ pickle: inout Pickle) throws(WeightsError) -> PickleValue {
    do {
      return try pickle.load()
    } catch {
      guard case .refusedGlobal(let file, let name) = error, isModule(name) else { throw error }
      throw .wholeModule(file: file, name: name)
    }
  }

  /// Whether what a pickle asks for is a module's class, such as `torchvision.models.resnet.ResNet` or one's own.
  private static func isModule(_ name: String) -> Bool {
    let parts = name.split(separator: ".")
    guard let package = parts.first, let last = parts.last else { return false }
    return last.first?.isUppercase == true
      && !["builtins", "__builtin__", "subprocess", "os", "collections"].contains(package)
  }

  /// The tensors of a pickled object by name; `place` gives where the values of the storage of a key lie.
  private static func arrays(
    _ object: PickleValue, _ pickle: Pickle,
    storage place: (String) -> (StoredArray.Contents, Range<Int>)?
  ) throws(WeightsError) -> [(String, StoredArray)] {
    // A training's checkpoint keeps the tensors under one of some keys, beside epochs and options.
    let states = ["state_dict", "model_state_dict", "model"].compactMap { key -> PickleValue? in
      guard case .dictionary? = pickle.value(key, in: object) else { return nil }
      return pickle.value(key, in: object)
    }
    let result = try pickle.namedArrays(states.first ?? object) {
      array, name throws(WeightsError) in
      guard case .storage(let storage, let offset, let strides) = array.values else {
        throw .unsupported(file: pickle.file.name, what: "'\(name)', which is no tensor")
      }
      guard let (contents, range) = place(storage.key) else {
        throw .malformed(
          file: pickle.file.name,
          reason: "the values of '\(name)' (storage \(storage.key)) are missing")
      }
      let (skipped, overflow) = offset.multipliedReportingOverflow(by: storage.type.size)
      guard offset >= 0, !overflow, skipped <= range.count else {
        throw .malformed(file: pickle.file.name, reason: "'\(name)' begins outside its storage")
      }
      return try StoredArray(
        contents, range: range.lowerBound + skipped..<range.upperBound, shape: array.shape,
        scalarType: storage.type, strides: strides, name: name)
    }
    return result
  }
}

extension Pickle {
  /// The value that a dictionary holds under `key`; nil where it holds none, or is no dictionary.
  func value(_ key: String, in dictionary: PickleValue) -> PickleValue? {
    guard case .dictionary(let index) = dictionary else { return nil }
    return dictionaries[index].last { text($0.key) == key }?.value
  }

  /// The types of the storages that tensors use, by the storages' keys.
  var storageTypes: [String: ScalarType] {
    var types: [String: ScalarType] = [:]
    for array in arrays {
      if case .storage(let storage, _, _) = array.values { types[storage.key] = storage.type }
    }
    return types
  }
}
