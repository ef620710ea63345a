/// A weights file's kind, known by its first bytes.
public enum WeightsFormat: Sendable, Hashable {
  case npy, npz, safetensors, torch, memory

  public var name: String {
    switch self {
    case .npy: "NumPy .npy"
    case .npz: "NumPy .npz"
    case .safetensors: "safetensors"
    case .torch: "torch checkpoint"
    case .memory: "formula"
    }
  }
}

/// What a weights file holds: names → tensors with shape and type, whatever its format.
///
/// Of a dictionary `{layer: {'weights': array}}` the names are `layer/weights`; a lone array is named `array`; names in
/// `.npz` archives lose their `.npy`. Opening reads names and shapes, values are read when asked for, and nothing in a
/// file is run.
public struct WeightsStore: Sendable {
  public let format: WeightsFormat
  /// The file's path as it was given, or what else the weights come from.
  public let source: String
  /// The whole file, nil for tensors that never were one.
  public let fileBytes: FileBytes?
  /// In the file's order.
  public let entries: [Entry]
  private let arrays: [StoredArray]
  private let indices: [String: Int]

  public struct Entry: Sendable, Hashable {
    public let name: String
    public let shape: Shape
    public let scalarType: ScalarType
  }

  public init(contentsOf path: String) throws {
    try self.init(FileBytes(contentsOf: path), source: path)
  }

  public init(_ file: FileBytes, source: String) throws(WeightsError) {
    guard file.count > 0 else { throw .empty(file: file.name) }
    let (format, arrays) = try Self.read(file)
    guard !arrays.isEmpty else { throw .noTensors(file: file.name) }
    self.init(format: format, source: source, file: file, arrays: arrays)
  }

  /// Tensors that are not from a file.
  /// - Precondition: names are unique.
  public init(source: String, tensors: [(String, Tensor)]) {
    let arrays = tensors.map { name, tensor in (name, StoredArray(tensor, name: name)) }
    self.init(format: .memory, source: source, file: nil, arrays: arrays)
  }

  private init(
    format: WeightsFormat, source: String, file: FileBytes?, arrays: [(String, StoredArray)]
  ) {
    self.format = format
    self.source = source
    self.fileBytes = file
    self.arrays = arrays.map(\.1)
    entries = arrays.map { Entry(name: $0, shape: $1.shape, scalarType: $1.scalarType) }
    // Of a name that stands twice, as in an archive that was added to, the last one counts.
    indices = Dictionary(
      arrays.enumerated().map { ($1.0, $0) }, uniquingKeysWith: { _, last in last })
  }

  private static func read(
    _ file: FileBytes
  ) throws(WeightsError) -> (WeightsFormat, [(String, StoredArray)]) {
    let start = file.bytes(0..<min(16, file.count))
    if start.starts(with: NPY.magic) { return (.npy, try NPY.read(file)) }
    if start.starts(with: Zip.magic) { return try readArchive(file) }
    if TorchCheckpoint.isLegacy(start) { return (.torch, try TorchCheckpoint.readLegacy(file)) }
    if Safetensors.looksLike(start) { return (.safetensors, try Safetensors.read(file)) }
    throw .unknownFormat(file: file.name)
  }

  private static func readArchive(
    _ file: FileBytes
  ) throws(WeightsError) -> (WeightsFormat, [(String, StoredArray)]) {
    let archive = try Zip(file)
    if archive.members.contains(where: { $0.name.hasSuffix("/data.pkl") }) {
      return (.torch, try TorchCheckpoint.read(archive))
    }
    return (.npz, try NPZ.read(archive))
  }

  public subscript(name: String) -> Entry? {
    indices[name].map { entries[$0] }
  }

  /// The values as float32 in C order; not copied where the file holds them so.
  public func tensor(named name: String) throws(WeightsError) -> Tensor {
    try array(named: name).tensor
  }

  func array(named name: String) throws(WeightsError) -> StoredArray {
    guard let index = indices[name] else { throw .noSuchTensor(file: source, name: name) }
    return arrays[index]
  }
}

extension StoredArray {
  /// A tensor's values, copied.
  fileprivate init(_ tensor: Tensor, name: String) {
    let bytes = tensor.withUnsafeElements { Array(UnsafeRawBufferPointer($0)) }
    self.init(unchecked: FileBytes(bytes, name: name), shape: tensor.shape)
  }

  /// float32 in C order that fills a file.
  private init(unchecked file: FileBytes, shape: Shape) {
    self.file = file
    offset = 0
    self.shape = shape
    scalarType = .float32
    strides = Self.cStrides(shape)
    isBigEndian = false
  }
}
