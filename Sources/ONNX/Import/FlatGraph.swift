import CAMNet

/// A file's nodes in an order in which each can be computed, functions written out, without those whose values nobody needs.
struct FlatGraph {
  private(set) var nodes: [ONNXFile.Node]

  /// - Parameter outputs: the names of the values that are wanted.
  init(_ file: ONNXFile, outputs: [String]) throws(ONNXError) {
    nodes = try Self.inlined(file)
    try order(file)
    keepNeeded(outputs)
  }

  /// The most nodes that functions may be written out to.
  private static let largest = 1 << 20

  /// All nodes, those of functions in the place of their calls.
  private static func inlined(_ file: ONNXFile) throws(ONNXError) -> [ONNXFile.Node] {
    guard !file.functions.isEmpty else { return file.graph.nodes }
    var nodes: [ONNXFile.Node] = []
    // What is still to be written out, the next at the end, with how many calls it stands in.
    var waiting = file.graph.nodes.reversed().map { (node: $0, depth: 0) }
    var calls = 0
    while let (node, depth) = waiting.popLast() {
      let name = "\(node.domain)::\(node.operation)"
      guard let function = file.functions[name] else {
        nodes.append(node)
        continue
      }
      calls += 1
      guard depth < 32, nodes.count + waiting.count + function.nodes.count <= largest else {
        throw .functions(file: file.name, name: node.operation)
      }
      let body = function.called(by: node, number: calls)
      waiting += body.reversed().map { ($0, depth + 1) }
    }
    return nodes
  }

  /// Sorts the nodes where the file does not have them in order, and sees that each value is computed once, from what there is.
  private mutating func order(_ file: ONNXFile) throws(ONNXError) {
    var known = Set(file.graph.initializers.map(\.name))
    known.formUnion(file.graph.inputs.map(\.name))
    known.insert("")
    var makers: [String: Int] = [:]
    for (index, node) in nodes.enumerated() {
      for output in node.outputs where !output.isEmpty {
        guard makers.updateValue(index, forKey: output) == nil, !known.contains(output) else {
          throw .computedTwice(file: file.name, value: output)
        }
      }
    }
    var missing = [Int](repeating: 0, count: nodes.count)
    var readers: [Int: [Int]] = [:]
    for (index, node) in nodes.enumerated() {
      for input in node.inputs where !known.contains(input) {
        guard let maker = makers[input] else {
          throw .unknownValue(file: file.name, node: node.label, value: input)
        }
        missing[index] += 1
        readers[maker, default: []].append(index)
      }
    }
    // In the file's own order as far as that is one.
    var ready = nodes.indices.filter { missing[$0] == 0 }.reversed() as [Int]
    var sorted: [ONNXFile.Node] = []
    while let index = ready.popLast() {
      sorted.append(nodes[index])
      for reader in (readers[index] ?? []).reversed() {
        missing[reader] -= 1
        if missing[reader] == 0 { ready.append(reader) }
      }
    }
    guard sorted.count == nodes.count else {
      let stuck = nodes.indices.first { missing[$0] > 0 } ?? 0
      throw .cycle(file: file.name, node: nodes[stuck].label)
    }
    nodes = isSorted(known) ? nodes : sorted
  }

  /// Whether each node stands behind those whose values it reads.
  private func isSorted(_ known: Set<String>) -> Bool {
    var known = known
    for node in nodes {
      guard node.inputs.allSatisfy(known.contains) else { return false }
      known.formUnion(node.outputs)
    }
    return true
  }

  /// Takes away the nodes whose values lead to no output, and the names of values that nobody reads.
  private mutating func keepNeeded(_ outputs: [String]) {
    var needed = Set(outputs)
    var kept: [ONNXFile.Node] = []
    for var node in nodes.reversed() where node.outputs.contains(where: needed.contains) {
      needed.formUnion(node.inputs)
      node.outputs = node.outputs.map { needed.contains($0) ? $0 : "" }
      kept.append(node)
    }
    nodes = kept.reversed()
  }
}

extension ONNXFile.Function {
  /// The function's nodes with the names and attributes of a call.
  fileprivate func called(by call: ONNXFile.Node, number: Int) -> [ONNXFile.Node] {
    var names = ["": ""]
    for (name, given) in zip(inputs, call.inputs) { names[name] = given }
    for name in inputs.dropFirst(call.inputs.count) { names[name] = "" }
    for (name, given) in zip(outputs, call.outputs) where !given.isEmpty { names[name] = given }
    func outer(_ name: String) -> String { names[name] ?? "\(name)#\(number)" }
    return nodes.map { inner in
      var node = inner
      node.inputs = inner.inputs.map(outer)
      node.outputs = inner.outputs.map { $0.isEmpty ? "" : outer($0) }
      node.name = call.name.isEmpty ? inner.name : call.name
      node.opsets = opsets
      node.scopes = call.scopes
      node.classes = call.classes
      for (name, reference) in inner.references {
        node.attributes[name] = call.attributes[reference] ?? defaults[reference]
      }
      node.references = [:]
      return node
    }
  }
}
