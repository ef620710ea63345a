import CAMNet

/// Channels that are put into another order by three operations: they are split into groups, groups and channels are exchanged, and
/// both are one axis again.
enum ShuffledChannels: GraphPattern {
  static func match(_ split: ImportedGraph.Step, _ links: GraphLinks) -> PatternMatch? {
    guard split.node.operation == "Reshape", let maps = split.inputTypes.first??.shape,
      let parts = split.types.first?.shape, maps.rank == 4, maps[0] == 1, parts.rank == 5,
      parts.dimensions == [1, parts[1], maps[1] / max(parts[1], 1), maps[2], maps[3]],
      let exchange = links.reader(split, "Transpose"),
      (try? exchange.attributes.integers("perm")) == [0, 2, 1, 3, 4],
      let join = links.reader(exchange, "Reshape"), join.types.first?.shape == maps
    else { return nil }
    return PatternMatch(
      inputs: [split.node.inputs[0]], inner: [split.output, exchange.output], output: join.output,
      layer: { (_: NodeInputs) throws(OperatorError) in .maps(ChannelShuffle(groups: parts[1])) })
  }
}
