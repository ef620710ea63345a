import CAMNet

/// A step of gradient descent on all variables, and the network run again with what they are after it.
struct SGDStep: WalkthroughStep {
  let name = "sgd_step"
  let section = Section.fineTuning
  let context: LossContext

  func plan(_ planning: Planning) -> StepPlan {
    StepPlan(
      code: "for name in gradients:"
        + " variables[name] = variables[name] - learning_rate * gradients[name]",
      output: [], fields: context.fields)
  }

  func run(_ walk: Walk) throws -> StepOutcome {
    let descent = try Descent(walk, context)
    let after = Tensor(shape: [], [Float(descent.after.total)])
    let fall = descent.before.total - descent.after.total
    return StepOutcome(
      statistics: after.statistics,
      sentence: [
        "classifier": context.logits, "rate": Formatted.significant(descent.rate),
        "stands": descent.rate == 0,
        "expected": Formatted.significant(descent.expected),
        "before": Formatted.significant(descent.before.total, 6),
        "after": Formatted.significant(descent.after.total, 6),
        "falls": fall >= 0, "change": Formatted.significant(abs(fall)),
        "head": descent.headFall != nil,
        "head_falls": descent.headFall.map { $0 >= 0 },
        "head_change": descent.headFall.map { Formatted.significant(abs($0)) },
      ],
      table: table(descent, walk.words),
      numbers: [
        "rate": descent.rate, "before": descent.before.total, "head_fall": descent.headFall ?? 0,
      ],
      tensor: { after })
  }

  private func table(_ descent: Descent, _ words: Words) -> StepTable {
    func row(_ name: String, _ before: Double, _ change: Double) -> [String] {
      [
        name, Formatted.significant(before, 6), Formatted.significant(before + change, 6),
        Formatted.significant(change),
      ]
    }
    func row(_ key: String, _ part: KeyPath<Losses, Double>) -> [String] {
      let before = descent.before[keyPath: part]
      return row(words.label("table.\(key)"), before, descent.after[keyPath: part] - before)
    }
    let alone = words.label("table.total_head", ["classifier": context.logits])
    return StepTable(
      head: ["loss", "before", "after", "change"].map { words.label("table.\($0)") },
      isNumeric: [false, true, true, true],
      rows: [
        row("cross_entropy", \.crossEntropy), row("weight_decay", \.weightDecay),
        row("total", \.total),
      ] + (descent.headFall.map { [row(alone, descent.before.total, -$0)] } ?? []))
  }

  /// The last product's part of the step, by the gradient that an earlier cell computed.
  func program(_ cell: inout PythonCell, _ step: Step, _ report: Report) {
    let numbers = step.result.numbers
    guard let product = context.product, let rate = numbers["rate"],
      let before = numbers["before"], let fall = numbers["head_fall"]
    else {
      cell.line("gradients = {}")
      cell.line(step.code)
      return
    }
    var gradients = ["\(PythonLiteral.string("\(product.weights)")): head_gradient"]
    if product.hasBiases {
      gradients.append(
        "\(PythonLiteral.string("\(product.biases)")): (\(context.logitsGradient))[0]")
    }
    let logits = product.layer.kind.expression(["np.float64(\(product.input))"])
    cell.line("gradients = {\(gradients.joined(separator: ", "))}")
    cell.line("learning_rate = \(PythonLiteral.number(rate))")
    cell.line("def head_loss():")
    cell.line("    W = variables[\"\(product.weights)\"]")
    if product.hasBiases { cell.line("    b = variables[\"\(product.biases)\"]") }
    cell.line(
      "    return \(context.crossEntropy(of: logits)) + \(FineTuning.weightDecay) * l2_loss(W)")
    cell.line("before = head_loss()")
    cell.line(step.code)
    cell.line("fall = before - head_loss()")
    let shown = [("total_loss", before), ("fall", fall), ("total_loss - fall", before - fall)].map {
      "agreed(\($0), \(PythonLiteral.number($1)))"
    }
    cell.line("print(\(shown[0]), \"\\u2212\", \(shown[1]), \"=\", \(shown[2]))")
    cell.printed(
      "\(Formatted.significant(before)) − \(Formatted.significant(fall)) = "
        + Formatted.significant(before - fall))
  }
}
