import CAMNet

/// A layer of the network.
struct LayerStep: WalkthroughStep {
  private let entry: LayerShapes
  /// What words may name of the layer.
  private let fields: Fields
  /// Whether it is the first layer of its operation, which is explained at length.
  private let isFirst: Bool
  /// Whether the most active feature maps are shown.
  private let isShown: Bool
  /// What the layer's output is to later steps.
  private let gives: [Walk.Key<Tensor>]

  init(_ entry: LayerShapes, graph: LayerGraph, isFirst: Bool, model: LoadedModel) {
    let layer = entry.layer
    self.entry = entry
    self.isFirst = isFirst
    isShown =
      entry.output.rank == 4 && !layer.kind.isPlain
      && (graph.endsBlock(layer) || layer.name == model.head?.features)
    var gives: [Walk.Key<Tensor>] = []
    if layer.name == model.head?.features { gives.append(.features) }
    if layer.name == model.head?.pooled { gives.append(.pooled) }
    if layer.name == model.logits { gives.append(.logits) }
    self.gives = gives
    fields = Self.fields(
      entry, graph,
      isClassifier: model.head?.kind == .product && layer.name == model.head?.classifier)
  }

  var name: String { entry.layer.name }
  let section = Section.network
  var block: String? { entry.layer.block }
  var blockKind: String? { entry.layer.blockKind }
  var operation: String { entry.layer.kind.operation }

  func plan(_ planning: Planning) -> StepPlan {
    StepPlan(
      keys: (isFirst ? ["\(operation).first"] : []) + [operation]
        + (entry.layer.kind.sharedWords.map { [$0] } ?? []), code: entry.layer.code,
      assigns: name, inputs: entry.shownInputs, output: entry.shownOutput,
      arithmetic: entry.arithmetic,
      parameters: entry.parameterCount, multiplyAdds: entry.multiplyAdds,
      receptiveField: entry.receptiveField, fields: fields)
  }

  func run(_ walk: Walk) throws -> StepOutcome {
    guard let result = try walk.take(.pass).next() else {
      throw WalkthroughError.notGiven(name: "layer \(name)", step: name)
    }
    for key in gives { walk.give(result.output, as: key) }
    return StepOutcome(
      statistics: result.statistics, algorithm: result.algorithm,
      figures: isShown ? [.mosaic(of: result.output, name: name, words: walk.words)] : [],
      tensor: { [entry] in entry.axisOrder.shown(result.output) }, took: result.duration)
  }

  func program(_ cell: inout PythonCell, _ step: Step, _ report: Report) throws {
    let layer = entry.layer
    for (role, _) in layer.kind.parameters(for: entry.inputs) {
      let slice = role == .weights ? layer.weightsSlice?.outputChannels : nil
      cell.line(
        "\(role.variable) = \(report.model.pythonRead(layer.parameterName(role)))"
          + (slice.map { "[..., \($0.lowerBound):\($0.upperBound)]" } ?? ""))
    }
    cell.line(step.code)
    if let window = layer.kind.slidingWindow {
      var arguments = [
        layer.inputs[0], "(\(window.height), \(window.width))", window.strides.name,
        window.padding.name,
      ]
      if window.dilations != 1 { arguments.append("dilations=\(window.dilations.name)") }
      cell.line("arithmetic(\(arguments.joined(separator: ", ")))")
      for size in step.arithmetic { cell.printed(size.description) }
    }
    cell.show(name, step, shape: entry.output)
    try cell.figures("feature_maps(\(name), most_active(\(name)))", step, columns: 8, edge: 96)
  }

  private static func fields(
    _ entry: LayerShapes, _ graph: LayerGraph, isClassifier: Bool
  ) -> Fields {
    let (layer, input) = (entry.layer, entry.inputs[0])
    var fields: Fields = [
      "name": layer.name, "input": layer.inputs[0], "second_input": layer.inputs.last ?? "",
      // Names as Python has them, with nothing in them to escape.
      "inputs": FieldValue.composed(layer.inputs.map { "`\($0)`" }.joined(separator: ", ")),
      "in_channels": Formatted.count(input.dimensions.last ?? 0),
      "out_channels": Formatted.count(entry.output.dimensions.last ?? 0),
      "block": layer.block ?? "",
      "has_bias": layer.kind.parameters(for: entry.inputs).contains { $0.role == .biases },
      "reads_input": graph.readsInput(layer), "ends_block": graph.endsBlock(layer),
      "residual": graph.isResidual(layer), "classifies": isClassifier,
    ]
    func size(_ shape: Shape) -> String {
      shape.rank == 4 && !layer.kind.isPlain ? "\(shape[1]) × \(shape[2])" : ""
    }
    fields["in_size"] = size(input)
    fields["out_size"] = size(entry.output)
    fields["pixels"] = input.rank == 4 ? Formatted.count(input[1] * input[2]) : ""
    let followers = Set(graph.readers(of: layer).map(\.kind.look.family))
    for family in LayerLook.Family.allCases {
      fields["\(family.rawValue)_follows"] = followers.contains(family)
    }
    for (name, fact) in layer.kind.facts(entry).sorted(by: { $0.key < $1.key }) {
      switch fact {
      case .text(let text): fields[name] = text
      case .number(let number): fields[name] = Formatted.count(number)
      case .flag(let flag): fields[name] = flag
      }
    }
    return fields
  }
}
