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
    let order = planning.model.model.network.axisOrder
    return StepPlan(
      keys: ["images"], code: "\(name) = expand_dims(img, axis=0)", assigns: name,
      inputs: [[size.height, size.width, 3]], output: order.shown(Network.inputShape(size)),
      fields: (planning.model.preparation?.fields ?? [:]).adding([
        "is_prepared": planning.model.preparation != nil,
        "channels_first": order == .channelsFirst,
      ]))
  }

  func run(_ walk: Walk) throws -> StepOutcome {
    let input = try walk.networkInput()
    let pass = try walk.model.executor.forwardPass(
      input, keeping: keepsOutputs ? .all : .nothing)
    walk.give(pass, as: .pass)
    return StepOutcome(
      statistics: try walk.take(.inputStatistics),
      tensor: { [order = walk.model.model.network.axisOrder] in order.shown(input) })
  }

  func program(_ cell: inout PythonCell, _ step: Step, _ report: Report) throws {
    cell.line(step.code)
    cell.show(name, step, shape: Network.inputShape(report.options.size))
  }
}

extension Walk {
  /// The photo as the network takes it: (1, height, width, 3).
  func networkInput() throws -> Tensor {
    try take(.input).image.networkInput
  }
}
