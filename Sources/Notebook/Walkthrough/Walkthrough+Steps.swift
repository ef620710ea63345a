import CAMNet

extension Walkthrough {
  /// The steps there are for a model, in their order.
  static func steps(
    for model: LoadedModel, _ shapes: [LayerShapes], methods: [any WalkthroughMethod],
    maps: MapContext?, _ options: FineTuningOptions
  ) -> [any WalkthroughStep] {
    let network = model.model.network
    var steps: [any WalkthroughStep] = [WeightsStep()]
    if model.logits != nil { steps.append(ClassNamesStep()) }
    steps += [
      PhotoStep(), ResizedStep(),
      ImagesStep(name: network.input, keepsOutputs: options.hasGradients),
    ]
    steps += layers(of: model, shapes)
    if let logits = model.logits { steps.append(SoftmaxStep(logits: logits, model.model.scoring)) }
    if let maps {
      for method in methods { steps += method.steps(maps) }
    }
    return steps + fineTuning(model, options)
  }

  /// The steps about what training would change.
  private static func fineTuning(
    _ model: LoadedModel, _ options: FineTuningOptions
  ) -> [any WalkthroughStep] {
    // The loss is softmax's.
    let isSoftmax = model.model.scoring == .softmax
    let decay = WeightDecayStep(logits: isSoftmax ? model.logits : nil)
    guard isSoftmax, let context = LossContext(model, options) else {
      return [TrainableVariablesStep(gradients: nil), decay]
    }
    var steps: [any WalkthroughStep] = [
      LossStep(context: context, namesLabel: model.head == nil),
      TrainableVariablesStep(gradients: options.hasGradients ? context : nil), decay,
    ]
    if options.hasTotal { steps.append(TotalLossStep(context: context)) }
    guard options.hasGradients else { return steps }
    if let product = context.product {
      steps.append(HeadGradientStep(context: context, product: product))
    }
    return steps + [SGDStep(context: context)]
  }

  /// A step for each layer, and before the layers that share a kernel one that splits it.
  private static func layers(
    of model: LoadedModel, _ shapes: [LayerShapes]
  ) -> [any WalkthroughStep] {
    let graph = LayerGraph(shapes)
    var splits = KernelSplitStep.all(in: shapes)
    // Operations already explained, so that the first of a kind can be explained at length.
    var explained: Set<String> = []
    return shapes.flatMap { entry -> [any WalkthroughStep] in
      let layer = LayerStep(
        entry, graph: graph, isFirst: explained.insert(entry.layer.kind.operation).inserted,
        model: model)
      let split = splits.firstIndex { $0.precedes(entry.layer) }.map { splits.remove(at: $0) }
      return (split.map { [$0] } ?? []) + [layer]
    }
  }
}
