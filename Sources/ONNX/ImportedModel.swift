import CAMNet

/// A network from an ONNX file as a model: it reads a photo's bytes, its first layers prepare them, and each operation that depends
/// on the photo is a layer.
public struct ImportedModel: Sendable {
  public let model: Model
  /// The parameters where they lie in the file, and those that were computed from it.
  public let store: WeightsStore
  /// The layer that gives each value of the graph, and whether that has its channels last where the graph has them first. Where several
  /// operators are one layer, the last one's value.
  package let values: [String: (layer: String, isChannelsLast: Bool)]

  /// - Parameters:
  ///   - size: the side of the photo in pixels where the file leaves it open; 224 where nothing is said.
  ///   - reserved: names that no layer is given.
  public init(_ file: ONNXFile, size: Int? = nil, reserved: Set<String> = []) throws {
    let side = size ?? 224
    let whole = try ImportedGraph(file, size: (side, side))
    let logits = whole.logits
    let graph =
      whole.outputs == [logits]
      ? whole : try ImportedGraph(file, size: (side, side), outputs: [logits])
    let builder = try NetworkBuilder(graph, reserved: reserved)
    let fusion = LayerFusion(builder.layers, names: builder.names, axes: builder.axes)
    let name = FileName.stem(of: file.name)
    let network = try Network(
      name: name, input: NetworkBuilder.input, defaultSize: builder.size, layers: fusion.layers)
    let names = fusion.names
    model = Model(
      network, title: name,
      layout: WeightsLayout(names: { names[$0] ?? "\($0)" }, ownAxes: fusion.axes),
      classNames: ClassNamesMetadata.names(
        file.metadata, count: graph.type(of: logits)?.shape.dimensions.last ?? 0))
    values = builder.values.filter { fusion.gives($0.value.layer) }
      .mapValues { (fusion.merged[$0.layer] ?? $0.layer, $0.form != .own) }
    store = WeightsStore(
      format: .onnx, source: file.name, files: file.files, arrays: builder.arrays, metadata: [:])
  }
}

extension ImportedGraph {
  /// The value that says the classes: the first output that is one number for each, before shares are made of them; the first output
  /// where none is.
  fileprivate var logits: String {
    let isClasses = { (name: String) in
      self.type(of: name).map { $0.shape.rank == 2 && $0.shape[0] == 1 } ?? false
    }
    var name = outputs.first(where: isClasses) ?? outputs[0]
    while let step = steps.first(where: { $0.node.outputs.contains(name) }),
      ["Softmax", "LogSoftmax", "Identity"].contains(step.node.operation), isClasses(name),
      let input = step.node.inputs.first, type(of: input)?.shape == type(of: name)?.shape
    {
      name = input
    }
    return name
  }
}

/// Names of files.
enum FileName {
  /// A file's name without its folder and ending.
  static func stem(of path: String) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return name }
    return String(name[..<dot])
  }
}
