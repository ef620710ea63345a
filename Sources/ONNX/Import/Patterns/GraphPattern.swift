import CAMNet

/// A way in which graphs write one layer as several operations.
protocol GraphPattern: Sendable {
  /// The layer that begins with a step, or has it at its heart; nil where there is none.
  static func match(_ step: ImportedGraph.Step, _ links: GraphLinks) -> PatternMatch?
}

/// Operations of a graph that are one layer together.
struct PatternMatch {
  /// The values that are read.
  let inputs: [String]
  /// The values between, which nothing else reads.
  let inner: Set<String>
  /// The value that comes of them.
  let output: String
  /// What is computed of constants that are read, and takes their place.
  var constants: [String: Operand.Constant] = [:]
  /// The layer, which counts ``inputs``; nil where it does not fit how these lie.
  let layer: (NodeInputs) throws(OperatorError) -> FastLayer?
}

/// What graphs write as several operations and camreport computes as one layer.
enum GraphPatterns {
  static let all: [any GraphPattern.Type] = [
    GatheredInOrder.self, ScaledConvolution.self, ShuffledChannels.self, WrittenGELU.self,
    WrittenLayerNormalization.self,
  ]

  /// The matches in a graph, by each value that their operations give. No value is in two.
  static func matches(in graph: ImportedGraph) -> [String: PatternMatch] {
    let links = GraphLinks(graph)
    var found: [String: PatternMatch] = [:]
    for step in graph.steps {
      for pattern in all {
        guard let match = pattern.match(step, links) else { continue }
        let values = match.inner.union([match.output])
        guard values.allSatisfy({ found[$0] == nil }) else { continue }
        for value in values { found[value] = match }
      }
    }
    return found
  }
}

/// Who gives and who reads the values of a graph.
struct GraphLinks {
  private let graph: ImportedGraph
  private var makers: [String: ImportedGraph.Step] = [:]
  private var readers: [String: [ImportedGraph.Step]] = [:]

  init(_ graph: ImportedGraph) {
    self.graph = graph
    for step in graph.steps {
      for name in step.node.outputs where !name.isEmpty { makers[name] = step }
      for name in Set(step.node.inputs) { readers[name, default: []].append(step) }
    }
  }

  /// The operation that gives a value, if it is of a kind and nothing but one operation reads the value.
  func maker(_ name: String, _ operations: String...) -> ImportedGraph.Step? {
    guard let step = makers[name], operations.contains(step.node.operation),
      readers[name]?.count == 1, !graph.outputs.contains(name)
    else { return nil }
    return step
  }

  /// The only operation that reads what a step gives, if it is of a kind.
  func reader(_ step: ImportedGraph.Step, _ operations: String...) -> ImportedGraph.Step? {
    let steps = readers(step)
    guard steps.count == 1, operations.contains(steps[0].node.operation) else { return nil }
    return steps[0]
  }

  /// The operations that read what a step gives; none where the graph gives it to others.
  func readers(_ step: ImportedGraph.Step) -> [ImportedGraph.Step] {
    guard let name = step.node.outputs.first, !graph.outputs.contains(name) else { return [] }
    return readers[name] ?? []
  }

  /// The one number that a constant holds; nil where it holds others.
  func number(_ name: String) -> Float? {
    guard let constant = graph.constants[name], constant.type.shape.elementCount == 1 else {
      return nil
    }
    return try? constant.value().tensor[flat: 0]
  }

  /// The whole numbers that a constant holds; nil where it is none of such.
  func integers(_ name: String) -> [Int]? {
    guard let constant = graph.constants[name], constant.type.element == .integer else {
      return nil
    }
    return try? constant.value().integers
  }

  /// The values of a constant that one operation alone reads.
  func ownConstant(_ name: String) -> Tensor? {
    guard readers[name]?.count == 1, let constant = graph.constants[name],
      constant.type.element == .float
    else { return nil }
    return try? constant.value().tensor
  }

  /// The numbers that a constant has for the channels of feature maps, which are the axis before the last two, or one for all of them;
  /// nil where it has others.
  func numbers(_ name: String, of channels: Int) -> [Double]? {
    guard let constant = graph.constants[name], constant.type.element == .float,
      constant.type.shape.elementCount == 1 && constant.type.shape.rank <= 4
        || constant.type.shape.isByChannel(channels, of: .maps)
    else { return nil }
    return (try? constant.value().tensor.elements)?.map { Double($0) }
  }

  /// Whether a value does not depend on the picture.
  func isConstant(_ name: String) -> Bool { graph.constants[name] != nil }
}

extension ImportedGraph.Step {
  /// What the operation gives first.
  var output: String { node.outputs[0] }

  /// Of the two inputs, the one that is not a value; nil where it is both or neither.
  func input(besides name: String) -> String? {
    guard node.inputs.count == 2, node.inputs.contains(name), node.inputs[0] != node.inputs[1]
    else { return nil }
    return node.inputs[0] == name ? node.inputs[1] : node.inputs[0]
  }
}
