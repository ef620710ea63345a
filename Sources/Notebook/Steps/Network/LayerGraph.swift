import CAMNet

/// Which layers read which, for what words say of a layer among the others.
struct LayerGraph {
  private let layers: [String: Layer]
  private let readers: [String: [Layer]]
  /// The last layer of each block.
  private let lastOfBlock: [String: String]

  init(_ shapes: [LayerShapes]) {
    var layers: [String: Layer] = [:]
    var readers: [String: [Layer]] = [:]
    var lastOfBlock: [String: String] = [:]
    for layer in shapes.map(\.layer) {
      layers[layer.name] = layer
      for input in layer.inputs { readers[input, default: []].append(layer) }
      if let block = layer.block { lastOfBlock[block] = layer.name }
    }
    self.layers = layers
    self.readers = readers
    self.lastOfBlock = lastOfBlock
  }

  func endsBlock(_ layer: Layer) -> Bool {
    layer.block.map { lastOfBlock[$0] == layer.name } ?? false
  }

  /// The layers that read a layer's output.
  func readers(of layer: Layer) -> [Layer] { readers[layer.name] ?? [] }

  /// Whether the layer reads the network's input itself.
  func readsInput(_ layer: Layer) -> Bool { layer.inputs.contains { layers[$0] == nil } }

  /// Whether the layer's second input is what its block made the first of: a residual connection.
  func isResidual(_ layer: Layer) -> Bool {
    guard layer.inputs.count == 2, let block = layer.block,
      layers[layer.inputs[0]]?.block == block, layers[layer.inputs[1]]?.block != block
    else { return false }
    var seen: Set<String> = []
    var open = [layer.inputs[0]]
    while let name = open.popLast() {
      if name == layer.inputs[1] { return true }
      guard seen.insert(name).inserted, layers[name]?.block == block else { continue }
      open += layers[name]?.inputs ?? []
    }
    return false
  }
}
