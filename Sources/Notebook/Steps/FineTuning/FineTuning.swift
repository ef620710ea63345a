import CAMNet

/// What the notebook's fine-tuning section computes before training.
struct FineTuning: Sendable {
  /// The notebook's decay rate.
  static let weightDecay = 0.0005

  /// A trainable parameter, with TensorFlow's l2_loss, Σ w² / 2, where weight decay applies to it.
  struct Variable: Sendable {
    let declaration: ParameterDeclaration
    let l2Loss: Double?
  }

  let variables: [Variable]

  init(_ executor: Executor) {
    variables = executor.network.parameters.filter { $0.name.role.isTrainable }.map {
      let norm =
        $0.name.role.decays
        ? executor.parameters[$0.name].stored.statistics?.l2Norm : nil
      return Variable(declaration: $0, l2Loss: norm.map { $0 * $0 / 2 })
    }
  }

  /// What the words of the section's steps may name.
  static func fields(logits: String?) -> Fields {
    ["decay": "\(weightDecay)", "classifier": logits ?? ""]
  }

  /// Σ l2_loss(W).
  var l2Loss: Double { variables.reduce(0) { $0 + ($1.l2Loss ?? 0) } }

  /// 0.0005 · Σ l2_loss(W).
  var weightDecayLoss: Double { Self.weightDecay * l2Loss }
}
