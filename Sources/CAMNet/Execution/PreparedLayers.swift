import Synchronization

/// Layers with their weights made ready, kept for the next photo where they are to be.
final class PreparedLayers: Sendable {
  private struct Key: Hashable {
    let layer: String
    let inputs: [Shape]
  }

  private let kept = Mutex<[Key: any PreparedLayer]>([:])

  func layer(
    _ entry: LayerShapes, parameters: LayerParameters, options: ExecutionOptions
  ) -> any PreparedLayer {
    guard let kind = entry.layer.kind as? any PreparedLayerKind else {
      return plain(entry.layer.kind, parameters, entry.output)
    }
    guard options.keepsWeights else {
      return kind.prepared(
        for: entry.inputs, parameters: parameters, output: entry.output, options)
    }
    let key = Key(layer: entry.layer.name, inputs: entry.inputs)
    if let layer = kept.withLock({ $0[key] }) { return layer }
    let layer = kind.prepared(
      for: entry.inputs, parameters: parameters, output: entry.output, options)
    kept.withLock { $0[key] = layer }
    return layer
  }
}

private func plain(
  _ kind: some LayerKind, _ parameters: LayerParameters, _ output: Shape
) -> any PreparedLayer {
  PlainLayer(kind: kind, parameters: parameters, output: output)
}
