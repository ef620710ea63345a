import CAMNet

/// Channels that a graph puts into another order by three operations: they are split into groups, groups and channels are exchanged,
/// and both are one axis again.
struct ChannelShuffles {
  /// The value that is shuffled and the number of groups, by the value that comes of it.
  private(set) var shuffles: [String: (input: String, groups: Int)] = [:]
  /// The values between.
  private(set) var inner: Set<String> = []

  init(_ graph: ImportedGraph) {
    var readers: [String: [ImportedGraph.Step]] = [:]
    for step in graph.steps {
      for name in step.node.inputs { readers[name, default: []].append(step) }
    }
    func only(_ name: String, _ operation: String) -> ImportedGraph.Step? {
      guard let steps = readers[name], steps.count == 1, steps[0].node.operation == operation,
        !graph.outputs.contains(name)
      else { return nil }
      return steps[0]
    }
    for split in graph.steps where split.node.operation == "Reshape" {
      guard let maps = split.inputTypes.first??.shape, let parts = split.types.first?.shape,
        maps.rank == 4, maps[0] == 1, parts.rank == 5,
        parts.dimensions == [1, parts[1], maps[1] / max(parts[1], 1), maps[2], maps[3]],
        let exchange = only(split.node.outputs[0], "Transpose"),
        (try? exchange.attributes.integers("perm")) == [0, 2, 1, 3, 4],
        let join = only(exchange.node.outputs[0], "Reshape"), join.types.first?.shape == maps
      else { continue }
      shuffles[join.node.outputs[0]] = (split.node.inputs[0], parts[1])
      inner.formUnion([split.node.outputs[0], exchange.node.outputs[0]])
    }
  }
}
