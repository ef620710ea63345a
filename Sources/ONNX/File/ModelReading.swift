import CAMNet

/// A reading of an ONNX file's messages, each by the numbers of its fields. Graphs inside nodes are passed over, so that nothing here
/// calls itself.
struct ModelReading {
  let files: ExternalFiles
  let budget: ReadingBudget
  private(set) var graph: ONNXFile.Graph?
  private(set) var opsets: [String: Int] = [:]
  private(set) var functions: [String: ONNXFile.Function] = [:]
  /// Texts beside the graph.
  private(set) var metadata: [String: String] = [:]

  init(files: ExternalFiles, budget: ReadingBudget) {
    self.files = files
    self.budget = budget
  }

  /// Reads a `ModelProto`.
  mutating func read(_ model: ProtobufReader) throws(WeightsError) {
    var reader = model
    while let field = try reader.next() {
      switch field.number {
      case 7: graph = try graph(field.message)
      case 8: try readOpset(field.message, into: &opsets)
      case 14: try readPair(field.message, into: &metadata)
      case 25: try readFunction(field.message)
      default: break
      }
    }
  }

  /// Reads a `GraphProto`.
  private func graph(_ message: ProtobufReader) throws(WeightsError) -> ONNXFile.Graph {
    var reader = message
    var graph = ONNXFile.Graph()
    while let field = try reader.next() {
      switch field.number {
      case 1: graph.nodes.append(try node(field.message))
      case 5: graph.initializers.append(try ONNXTensor.read(field.message, files))
      case 11: graph.inputs.append(try declaration(field.message))
      case 12: graph.outputs.append(try declaration(field.message))
      case 15:
        throw .unsupported(file: message.file.name, what: "weights of which only some are written")
      default: break
      }
    }
    return graph
  }

  /// Reads a `NodeProto`.
  private func node(_ message: ProtobufReader) throws(WeightsError) -> ONNXFile.Node {
    var reader = message
    var node = ONNXFile.Node()
    while let field = try reader.next() {
      switch field.number {
      case 1: node.inputs.append(try field.text)
      case 2: node.outputs.append(try field.text)
      case 3: node.name = try field.text
      case 4: node.operation = try field.text
      case 5: try readAttribute(field.message, into: &node)
      case 7:
        let domain = try field.text
        node.domain = domain == "ai.onnx" ? "" : domain
      case 9:
        var pairs: [String: String] = [:]
        try readPair(field.message, into: &pairs)
        // Of what else is there, such as where in the author's files the node is from, nothing is kept.
        node.scopes = node.scopes ?? pairs["pkg.torch.onnx.name_scopes"]
        node.classes = node.classes ?? pairs["pkg.torch.onnx.class_hierarchy"]
      default: break
      }
    }
    try budget.spend(
      MemoryLayout<ONNXFile.Node>.stride + 64 * (node.inputs.count + node.outputs.count))
    return node
  }

  /// Reads an `AttributeProto`.
  private func readAttribute(
    _ message: ProtobufReader, into node: inout ONNXFile.Node
  ) throws(WeightsError) {
    let (name, attribute, reference) = try attribute(message)
    if let reference {
      node.references[name] = reference
    } else {
      node.attributes[name] = attribute
    }
  }

  private func attribute(
    _ message: ProtobufReader
  ) throws(WeightsError) -> (name: String, Attribute, reference: String?) {
    var reader = message
    var (name, type) = ("", 0)
    var reference: String?
    var single: Attribute?
    var (integers, floats): ([Int], [Float]) = ([], [])
    while let field = try reader.next() {
      switch field.number {
      case 1: name = try field.text
      case 2: single = .float(try field.float)
      case 3: single = .integer(try field.integer)
      case 4: single = .text(try field.text)
      case 5: single = try tensor(field.message)
      case 7: floats += try field.floats
      case 8: integers += try field.integers
      case 6, 9, 10, 11: single = .other
      case 20: type = try field.integer
      case 21: reference = try field.text
      default: break
      }
    }
    try budget.spend(8 * (integers.count + floats.count) + name.utf8.count)
    // A list without elements, and a number that is 0, may have no field at all.
    let attribute: Attribute =
      switch type {
      case 1: single ?? .float(0)
      case 2: single ?? .integer(0)
      case 3: single ?? .text("")
      case 6: .floats(floats)
      case 7: .integers(integers)
      default:
        single
          ?? (floats.isEmpty ? integers.isEmpty ? .other : .integers(integers) : .floats(floats))
      }
    return (name, attribute, reference)
  }

  private func tensor(_ message: ProtobufReader) throws(WeightsError) -> Attribute {
    let (_, array) = try ONNXTensor.read(message, files)
    return .tensor(.stored(array))
  }

  /// Reads a `ValueInfoProto`, of a tensor's type its extents.
  private func declaration(_ message: ProtobufReader) throws(WeightsError) -> ONNXFile.Declaration {
    var reader = message
    var declaration = ONNXFile.Declaration()
    while let field = try reader.next() {
      if field.number == 1 { declaration.name = try field.text }
      guard field.number == 2 else { continue }
      var type = try field.message
      while let field = try type.next() {
        guard field.number == 1 else { continue }
        var tensor = try field.message
        while let field = try tensor.next() {
          if field.number == 1 { declaration.type = try field.integer }
          if field.number == 2 { declaration.dimensions = try dimensions(field.message) }
        }
      }
    }
    return declaration
  }

  /// Reads a `TensorShapeProto`.
  private func dimensions(_ message: ProtobufReader) throws(WeightsError) -> [Int?] {
    var reader = message
    var dimensions: [Int?] = []
    while let field = try reader.next() {
      guard field.number == 1 else { continue }
      var dimension = try field.message
      var extent: Int?
      while let field = try dimension.next() {
        // What is negative or 0 is not said, as some exporters write it.
        if field.number == 1 { extent = try field.integer > 0 ? field.integer : nil }
      }
      dimensions.append(extent)
    }
    return dimensions
  }

  /// Reads an `OperatorSetIdProto`.
  private func readOpset(
    _ message: ProtobufReader, into opsets: inout [String: Int]
  ) throws(WeightsError) {
    var reader = message
    var (domain, version) = ("", 0)
    while let field = try reader.next() {
      if field.number == 1 { domain = try field.text }
      if field.number == 2 { version = try field.integer }
    }
    opsets[domain == "ai.onnx" ? "" : domain] = version
  }

  /// Reads a `StringStringEntryProto`.
  private func readPair(
    _ message: ProtobufReader, into pairs: inout [String: String]
  ) throws(WeightsError) {
    var reader = message
    var (key, value) = ("", "")
    while let field = try reader.next() {
      if field.number == 1 { key = try field.text }
      if field.number == 2 { value = try field.text }
    }
    try budget.spend(key.utf8.count + value.utf8.count)
    pairs[key] = value
  }

  /// Reads a `FunctionProto`.
  private mutating func readFunction(_ message: ProtobufReader) throws(WeightsError) {
    var reader = message
    var function = ONNXFile.Function()
    var (name, domain) = ("", "")
    while let field = try reader.next() {
      switch field.number {
      case 1: name = try field.text
      case 4: function.inputs.append(try field.text)
      case 5: function.outputs.append(try field.text)
      case 7: function.nodes.append(try node(field.message))
      case 9: try readOpset(field.message, into: &function.opsets)
      case 10: domain = try field.text
      case 11:
        let (name, attribute, _) = try attribute(field.message)
        function.defaults[name] = attribute
      default: break
      }
    }
    functions["\(domain)::\(name)"] = function
  }
}
