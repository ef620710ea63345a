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

  /// The layers by what gives the same in the file: modules, those that hold others too, and values. A module that is called several times
  /// has several; none, where what it gives is inside of a layer that does several steps in one.
  public let sources: [String: [String]]

  /// - Parameters:
  ///   - size: the input size where the file leaves it open; 224 pixels a side where nothing is said.
  ///   - reserved: names that no layer is given.
  public init(_ file: ONNXFile, size: InputSize? = nil, reserved: Set<String> = []) throws {
    let size = size ?? 224
    let whole = try ImportedGraph(file, size: size)
    let (logits, isSigmoid) = whole.logits
    let graph =
      whole.outputs == [logits]
      ? whole : try ImportedGraph(file, size: size, outputs: [logits])
    let said = PreparationMetadata.preparation(file.metadata)
    let builder = try NetworkBuilder(graph, preparation: said, reserved: reserved)
    let fusion = LayerFusion(builder.layers, builder.parameters)
    let name = FileName.stem(of: file.name)
    let network = try Network(
      name: name, input: NetworkBuilder.input, defaultSize: builder.size,
      axisOrder: builder.isChannelsFirst ? .channelsFirst : .channelsLast, layers: fusion.layers)
    let parameters = fusion.parameters
    model = Model(
      network, title: name,
      layout: WeightsLayout(
        names: { parameters[$0]?.name ?? "\($0)" },
        ownAxes: parameters.compactMapValues(\.axes), ownShapes: parameters.mapValues(\.shape)),
      classNames: ClassNamesMetadata.names(
        file.metadata, count: graph.type(of: logits)?.shape.dimensions.last ?? 0),
      preparation: said != nil ? .metadata : graph.normalizesItself ? .graph : .assumed,
      // One logit is what a sigmoid is trained with, whether the file has that or not.
      scoring: isSigmoid || graph.type(of: logits)?.shape.elementCount == 1 ? .sigmoid : .softmax)
    values = builder.values.filter { fusion.gives($0.value.layer) }
      .mapValues { (fusion.merged[$0.layer] ?? $0.layer, $0.form != .own) }
    sources = Self.sources(builder, values)
    store = WeightsStore(
      format: .onnx, source: file.name, files: file.files, arrays: builder.arrays, metadata: [:])
  }
}

extension ImportedModel {
  private static func sources(
    _ builder: NetworkBuilder, _ values: [String: (layer: String, isChannelsLast: Bool)]
  ) -> [String: [String]] {
    var sources: [String: [String]] = [:]
    for value in builder.values.keys { sources[value] = values[value].map { [$0.layer] } ?? [] }
    var own: [String: [String]] = [:]
    var whole: [String: [String]] = [:]
    let paths = Set(builder.modules.map(\.path))
    let parents = Set(paths.flatMap(\.parents))
    for (path, value) in builder.modules {
      let layers = values[value].map { [$0.layer] } ?? []
      own[path, default: []] += layers
      // PyTorch's older exporter counts the calls of a module: 'relu_1' is 'relu' once more.
      if let first = path.called, paths.contains(first) { own[first, default: []] += layers }
      // What a module gives that holds others is what the last operation in it gives.
      for parent in path.parents { whole[parent] = layers }
      if parents.contains(path) { whole[path] = layers }
    }
    sources.merge(own) { $1 }
    sources.merge(whole) { $1 }
    return sources
  }
}

extension ImportedGraph {
  /// The value that says the classes: the first output that is one number for each, before shares are made of them, and whether those are
  /// made by sigmoids; the first output where none is.
  fileprivate var logits: (name: String, isSigmoid: Bool) {
    let isClasses = { (name: String) in
      self.type(of: name).map { $0.shape.rank == 2 && $0.shape[0] == 1 } ?? false
    }
    var name = outputs.first(where: isClasses) ?? outputs[0]
    var isSigmoid = false
    while let step = steps.first(where: { $0.node.outputs.contains(name) }),
      ["Softmax", "LogSoftmax", "Sigmoid", "Identity"].contains(step.node.operation),
      isClasses(name),
      let input = step.node.inputs.first, type(of: input)?.shape == type(of: name)?.shape
    {
      name = input
      if step.node.operation == "Sigmoid" { isSigmoid = true }
    }
    return (name, isSigmoid)
  }
}

/// Names of files.
package enum FileName {
  /// A file's name without its folder and ending.
  package static func stem(of path: String) -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return name }
    return String(name[..<dot])
  }
}

extension String {
  /// The modules that hold a module of this path.
  fileprivate var parents: [String] {
    indices.filter { self[$0] == "." }.map { String(self[..<$0]) }
  }

  /// A name that ends in a number, `relu_1`, without that; nil for any other.
  fileprivate var called: String? {
    guard let line = lastIndex(of: "_"), Int(self[index(after: line)...]) != nil else { return nil }
    return String(self[..<line])
  }
}
