import CAMNet

extension ClassActivationMapping: WalkthroughMethod {
  func steps(_ context: MapContext) -> [any WalkthroughStep] {
    let map: [any WalkthroughStep] =
      switch context.head.kind {
      case .product:
        [
          ClassWeightsStep(context: context), ClassMapStep(context: context),
          MeanIsLogitStep(context: context), ContributionsStep(context: context),
        ]
      case .matrix:
        [
          HeadWeightsStep(context: context), ClassMapStep(context: context),
          MeanIsLogitStep(context: context), ContributionsStep(context: context),
        ]
      case .channels:
        [
          HeadWeightsStep(context: context), ClassMapStep(context: context),
          MeanIsLogitStep(context: context),
        ]
      case .gradient: [HeadWeightsStep(context: context), ClassMapStep(context: context)]
      }
    return map + [
      UpsampledStep(context: context), NormalizedStep(context: context),
      OverlayStep(context: context),
    ]
  }
}

extension Walk.Key {
  /// The class activation maps of all named classes, in order.
  static var maps: Walk.Key<[ClassActivationMap]> { .init("class activation maps") }
  /// The class activation maps at the network's input size: (size, size) each.
  static var enlarged: Walk.Key<[Tensor]> { .init("enlarged maps") }
  /// The maps that are shown, min-max normalized.
  static var levels: Walk.Key<[[UInt8]]> { .init("normalized maps") }
}
