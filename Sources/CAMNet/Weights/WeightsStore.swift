/// The kind of a weights file, known by its first bytes; `memory` for weights that were never in a file.
public enum WeightsFormat: Sendable, Hashable {
  case npy, npz, safetensors, torch, onnx, caffe, memory

  public var name: String {
    switch self {
    case .npy: "NumPy .npy"
    case .npz: "NumPy .npz"
    case .safetensors: "safetensors"
    case .torch: "torch checkpoint"
    case .onnx: "ONNX"
    case .caffe: "Caffe model"
    case .memory: "formula"
    }
  }
}

/// What a weights file holds: names → tensors with shape and type, whatever its format.
///
/// An array in a dictionary `{layer: {'weights': array}}` is named `layer/weights`, a lone array `array`, and one in an `.npz`
/// archive as its member without `.npy`. Opening reads names and shapes, values are read when asked for, and nothing in a file
/// is run.
public struct WeightsStore: Sendable {
  public let format: WeightsFormat
  /// Where the weights come from: the file's path as it was given, or a name for something else.
  public let source: String
  /// The whole files, first the one that was named, then those beside it that hold values of its arrays; empty for weights that
  /// were never in one.
  public let files: [FileBytes]
  /// What the file holds, in its order.
  public let entries: [Entry]
  /// Texts by their names that a safetensors file holds beside its arrays; empty for other formats.
  public let metadata: [String: String]
  /// Where each entry's values lie, in the order of the entries.
  private let arrays: [StoredArray]
  /// The place among the entries of each name.
  private let indices: [String: Int]

  /// An array's name, shape and the type of its values in the file.
  public struct Entry: Sendable, Hashable {
    public let name: String
    public let shape: Shape
    public let scalarType: ScalarType
  }

  public init(contentsOf path: String) throws {
    try self.init(FileBytes(contentsOf: path, as: .weights), source: path)
  }

  /// Opens a weights file that is mapped or in memory already.
  public init(_ file: FileBytes, source: String) throws(WeightsError) {
    guard file.count > 0 else { throw .empty(file: file.name) }
    let budget = ReadingBudget(file)
    let contents = try Self.read(file, budget)
    guard !contents.arrays.isEmpty else { throw .noTensors(file: file.name) }
    // A few bytes may be the values of many arrays.
    for (_, array) in contents.arrays { try budget.spend(array.size) }
    self.init(
      format: contents.format, source: source, files: [file] + contents.files,
      arrays: contents.arrays, metadata: contents.metadata)
  }

  /// A store of tensors that are not from a file, copied.
  /// - Precondition: names are unique.
  public init(source: String, tensors: [(String, Tensor)]) {
    let arrays = tensors.map { name, tensor in (name, StoredArray(tensor, name: name)) }
    self.init(format: .memory, source: source, files: [], arrays: arrays)
  }

  /// A store of arrays that were found in files of some format.
  package init(
    format: WeightsFormat, source: String, files: [FileBytes], arrays: [(String, StoredArray)],
    metadata: [String: String] = [:]
  ) {
    self.metadata = metadata
    self.format = format
    self.source = source
    self.files = files
    self.arrays = arrays.map(\.1)
    entries = arrays.map { Entry(name: $0, shape: $1.shape, scalarType: $1.scalarType) }
    // Where a name stands twice, as in an archive that was added to, its last array counts.
    indices = Dictionary(
      arrays.enumerated().map { ($1.0, $0) }, uniquingKeysWith: { _, last in last })
  }

  /// What a reader finds in a file.
  private struct Contents {
    let format: WeightsFormat
    let arrays: [(String, StoredArray)]
    var metadata: [String: String] = [:]
    /// Other files that hold values.
    var files: [FileBytes] = []
  }

  /// Reads names and places of all arrays by the format that the file's first bytes show.
  private static func read(
    _ file: FileBytes, _ budget: ReadingBudget
  ) throws(WeightsError) -> Contents {
    switch format(of: file) {
    case .npy:
      return Contents(format: .npy, arrays: try NPY.read(file, budget))
    case .npz:
      return try readArchive(file, budget)
    case .torch:
      return Contents(format: .torch, arrays: try TorchCheckpoint.readLegacy(file, budget))
    case .safetensors:
      let (arrays, metadata) = try Safetensors.read(file)
      return Contents(format: .safetensors, arrays: arrays, metadata: metadata)
    case .onnx:
      let (arrays, files) = try ONNXWeights.read(file, budget)
      return Contents(format: .onnx, arrays: arrays, files: files)
    case .caffe:
      return Contents(format: .caffe, arrays: try CaffeModel.read(file, budget))
    case .memory, nil:
      if let explanation = OtherContents.explanation(file) {
        throw .otherContents(file: file.name, explanation)
      }
      throw .unknownFormat(file: file.name)
    }
  }

  /// The format that a file's first bytes show, any zip archive's being NumPy's; nil where they show none.
  package static func format(of file: FileBytes) -> WeightsFormat? {
    let start = file.bytes(0..<min(16, file.count))
    if start.starts(with: NPY.magic) { return .npy }
    if start.starts(with: Zip.magic) { return .npz }
    if TorchCheckpoint.isLegacy(start) { return .torch }
    if Safetensors.looksLike(start) { return .safetensors }
    // Protobuf files have no magic number, so that these two come last.
    if OtherContents.explanation(file) != nil { return nil }
    if ONNXWeights.looksLike(start) { return .onnx }
    return CaffeModel.looksLike(start) ? .caffe : nil
  }

  /// Reads a zip archive, NumPy's or torch's, told apart by whether it holds a pickle.
  private static func readArchive(
    _ file: FileBytes, _ budget: ReadingBudget
  ) throws(WeightsError) -> Contents {
    let archive = try Zip(file, budget)
    if archive.members.contains(where: { $0.name.hasSuffix("/data.pkl") }) {
      return Contents(format: .torch, arrays: try TorchCheckpoint.read(archive, budget))
    }
    return Contents(format: .npz, arrays: try NPZ.read(archive))
  }

  /// Throws where a file is no longer what it was when it was opened.
  public func checkUnchanged() throws(FileError) {
    for file in files { try file.checkUnchanged() }
  }

  /// The array of a name; nil where the file has none.
  public subscript(name: String) -> Entry? {
    indices[name].map { entries[$0] }
  }

  /// The values of the array of a name as float32 in C order; not copied where the file holds them so.
  public func tensor(named name: String) throws(WeightsError) -> Tensor {
    try array(named: name).tensor()
  }

  /// The values of the entry at a place among the entries, whatever other entries have its name; see ``tensor(named:)``.
  public func tensor(at index: Int) throws(WeightsError) -> Tensor {
    try arrays[index].tensor()
  }

  /// Where the values of the array of a name lie.
  func array(named name: String) throws(WeightsError) -> StoredArray {
    guard let index = indices[name] else { throw .noSuchTensor(file: source, name: name) }
    return arrays[index]
  }
}

extension StoredArray {
  /// An array of a tensor's values, copied.
  package init(_ tensor: Tensor, name: String) {
    let bytes = tensor.withUnsafeElements { Array(UnsafeRawBufferPointer($0)) }
    self.init(unchecked: FileBytes(bytes, name: name), shape: tensor.shape)
  }

  /// An array of float32 in C order that fills a file, as its caller made sure.
  private init(unchecked file: FileBytes, shape: Shape) {
    contents = .file(file)
    offset = 0
    self.shape = shape
    scalarType = .float32
    strides = Self.cStrides(shape)
    isBigEndian = false
  }
}

extension FileKind {
  /// Weights in any of the formats, told by the beginning.
  package static let weights = FileKind("a weights file", largest: .max, isMapped: true) { start in
    start.starts(with: NPY.magic) || start.starts(with: Zip.magic)
      || TorchCheckpoint.isLegacy(start) || Safetensors.looksLike(start)
      || ONNXWeights.looksLike(start) || CaffeModel.looksLike(start)
  }
}
