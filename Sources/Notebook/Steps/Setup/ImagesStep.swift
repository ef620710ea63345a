import CAMNet

/// The network's input: a batch of one photo.
struct ImagesStep: WalkthroughStep {
  /// The name that the network gives its input.
  let name: String
  let section = Section.setup
  let operation = "images"

  func plan(_ planning: Planning) -> StepPlan {
    let size = planning.options.size
    return StepPlan(
      keys: ["images"], code: "\(name) = expand_dims(img, axis=0)", assigns: name,
      inputs: [[size, size, 3]], output: Network.inputShape(size: size))
  }

  func run(_ walk: Walk) throws -> StepOutcome {
    let input = try walk.take(.input).image.tensor
      .reshaped(Network.inputShape(size: walk.options.size))
    walk.give(try walk.model.executor.forwardPass(input), as: .pass)
    return StepOutcome(statistics: try walk.take(.inputStatistics), tensor: { input })
  }
}
