import CAMNet

/// The network's input: a batch of one photo.
struct ImagesStep: WalkthroughStep {
  /// The name that the network gives its input.
  let name: String
  let section = Section.setup
  let operation = "images"
  /// Whether later steps need all layers' outputs.
  let keepsOutputs: Bool

  func plan(_ planning: Planning) -> StepPlan {
    let size = planning.options.size
    return StepPlan(
      keys: ["images"], code: "\(name) = expand_dims(img, axis=0)", assigns: name,
      inputs: [[size, size, 3]], output: Network.inputShape(size: size))
  }

  func run(_ walk: Walk) throws -> StepOutcome {
    let input = try walk.networkInput()
    let pass = try walk.model.executor.forwardPass(
      input, keeping: keepsOutputs ? .all : .nothing)
    walk.give(pass, as: .pass)
    return StepOutcome(statistics: try walk.take(.inputStatistics), tensor: { input })
  }
}

extension Walk {
  /// The photo as the network takes it: (1, size, size, 3).
  func networkInput() throws -> Tensor {
    try take(.input).image.tensor.reshaped(Network.inputShape(size: options.size))
  }
}
