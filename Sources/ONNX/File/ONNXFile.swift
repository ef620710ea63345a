import CAMNet

/// What an ONNX file says, as it says it: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto. Values stay where they lie.
public struct ONNXFile: Sendable {
  /// The file, then those beside it that hold values.
  public let files: [FileBytes]
  /// The version of each operator set, by its domain.
  let opsets: [String: Int]
  let graph: Graph
  /// The functions of the file's own, by domain and name.
  let functions: [String: Function]
  /// Texts beside the graph by their names, such as what the classes are called.
  let metadata: [String: String]

  /// The name of the file for errors.
  public var name: String { files[0].name }

  /// A node's values by name, whose first is that of the data where it has several.
  struct Graph: Sendable {
    var nodes: [Node] = []
    var initializers: [(name: String, array: StoredArray)] = []
    var inputs: [Declaration] = []
    var outputs: [Declaration] = []
  }

  /// A value that goes in or comes out.
  struct Declaration: Sendable {
    var name = ""
    /// `TensorProto.DataType`; 0 where it is not said, or the value is no tensor.
    var type = 0
    /// An extent, or nil for one that the file leaves open; nil where the file says no shape.
    var dimensions: [Int?]?
  }

  struct Node: Sendable {
    var name = ""
    var domain = ""
    var operation = ""
    var inputs: [String] = []
    var outputs: [String] = []
    var attributes: [String: Attribute] = [:]
    /// Attributes that are those of the function the node stands in, by their names here.
    var references: [String: String] = [:]
    /// The versions of operator sets that the node is written in, where it is a function's.
    var opsets: [String: Int]?
    /// The modules that the node stands in, as PyTorch's newer exporter writes them: a list in Python.
    var scopes: String?
    /// What those modules are, in the same way.
    var classes: String?

    /// What errors call the node: by its name, else by what it computes.
    var label: String { name.isEmpty ? "that computes '\(outputs.first ?? "")'" : "'\(name)'" }
  }

  struct Function: Sendable {
    var inputs: [String] = []
    var outputs: [String] = []
    var defaults: [String: Attribute] = [:]
    var nodes: [Node] = []
    var opsets: [String: Int] = [:]
  }

  /// Whether a file begins as ONNX's do, and as none does that has a magic number.
  package static func looksLike(_ file: FileBytes) -> Bool {
    WeightsStore.format(of: file) == .onnx
  }

  public init(contentsOf path: String) throws {
    try self.init(FileBytes(contentsOf: path, as: .network))
  }

  /// Opens a file that is mapped or in memory already.
  public init(_ file: FileBytes) throws {
    guard file.count > 0 else { throw WeightsError.empty(file: file.name) }
    if let explanation = OtherContents.explanation(file) {
      throw WeightsError.otherContents(file: file.name, explanation)
    }
    let budget = ReadingBudget(file)
    var reading = ModelReading(files: ExternalFiles(of: file, budget), budget: budget)
    try reading.read(ProtobufReader(file))
    guard let graph = reading.graph else { throw ONNXError.noGraph(file: file.name) }
    guard !reading.opsets.isEmpty else { throw ONNXError.noOpset(file: file.name) }
    files = [file] + reading.files.files
    opsets = reading.opsets
    self.graph = graph
    functions = reading.functions
    metadata = reading.metadata
    if let opset = opsets[""], !Operators.opsets.contains(opset) {
      throw ONNXError.unknownOpset(file: file.name, opset)
    }
  }
}

extension FileKind {
  /// An ONNX file, which has no magic number.
  fileprivate static let network = FileKind("a model", largest: .max, isMapped: true)
}
