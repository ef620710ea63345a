import CAMNet

/// What a head that is not one product weighs the feature maps by, for the classes whose maps are shown.
struct HeadWeightsStep: WalkthroughStep {
  let section = Section.localization
  let context: MapContext

  var name: String {
    switch context.head.kind {
    case .product, .matrix: "matrix_weights"
    case .channels: "channel_weights"
    case .gradient: "gradient_weights"
    }
  }

  func plan(_ planning: Planning) -> StepPlan {
    let (channels, head) = (context.channels(planning), context.head)
    var fields = context.fields(planning)
    fields["features"] = head.features
    // Names as Python has them, with nothing in them to escape.
    fields["head"] = FieldValue.composed(
      head.layers.map { "`\($0.name)`" }.joined(separator: " → "))
    return StepPlan(
      code: code(channels), assigns: "w", inputs: [planning.output(of: head.features)],
      output: [context.classes, channels],
      multiplyAdds: head.kind == .channels
        ? 0 : context.classes * context.entries.reduce(0) { $0 + $1.multiplyAdds },
      fields: fields)
  }

  private func code(_ channels: Int) -> String {
    context.head.kind == .channels
      ? "w = np.float32(np.eye(\(channels))[[\(context.labels)]])"
      : "w = np.stack([weights_of(label) for label in [\(context.labels)]])"
  }

  func run(_ walk: Walk) throws -> StepOutcome {
    let classes = try walk.take(.predictions).map(\.prediction.index)
    let maps = try ClassActivationMap.maps(
      features: walk.take(.features), executor: walk.model.executor, of: classes)
    walk.give(maps, as: .maps)
    let weights = Tensor.stacked(maps.prefix(context.classes).map(\.classWeights))
    return StepOutcome(
      statistics: weights.statistics, sentence: try walk.classFields(), tensor: { weights })
  }

  /// The gradient of a logit goes back through the head, layer by layer.
  func program(_ cell: inout PythonCell, _ step: Step, _ report: Report) {
    let (head, classes) = (context.head, context.classes)
    let comma = classes == 1 ? "," : ""
    cell.line("\(context.labels)\(comma) = top(\(head.classifier), \(classes))")
    if head.kind != .channels {
      cell.line("def weights_of(label):")
      cell.line("    g = np.float32(one_hot(label, \(report.model.classNames.count)))")
      for entry in (head.isExact ? context.entries.dropFirst() : context.entries[...]).reversed() {
        let layer = entry.layer
        cell.parameters(of: entry, indent: "    ")
        let gradient = layer.kind.gradientExpression(
          "g", input: layer.inputs[0], output: layer.name)
        cell.line("    g = \(gradient ?? "g")")
      }
      cell.line("    return \(head.isExact ? "g.reshape(-1)" : "reduce_mean(g, axis=[1, 2])[0]")")
    }
    cell.line(step.code)
    cell.show("w", step)
  }
}

extension PythonCell {
  /// Reads a layer's parameters again, by the names that its expression gives them.
  mutating func parameters(of entry: LayerShapes, indent: String = "") {
    let layer = entry.layer
    for (role, _) in layer.kind.parameters(for: entry.inputs) {
      let slice = role == .weights ? layer.weightsSlice?.outputChannels : nil
      line(
        "\(indent)\(role.variable) = variables[\(PythonLiteral.string("\(layer.parameterName(role))"))]"
          + (slice.map { "[..., \($0.lowerBound):\($0.upperBound)]" } ?? ""))
    }
  }
}
