import CAMNet

/// What the steps about a label's loss know of the network.
struct LossContext: Sendable {
  /// The layer that gives the logits.
  let logits: String
  let options: FineTuningOptions
  /// How many classes there are.
  let classes: Int
  /// The product that gives the logits; nil where something else does.
  let product: LastProduct?

  /// What is known of a model's loss; nil for a network without classes.
  init?(_ model: LoadedModel, _ options: FineTuningOptions) {
    guard let logits = model.logits else { return nil }
    self.logits = logits
    self.options = options
    classes = model.classNames.count
    product = LastProduct(model.model.network)
  }

  /// The label as code names it: its number, or what an earlier cell called the network's first answer.
  var label: String { options.label.map(String.init) ?? "label_1" }

  /// What the words of the steps may name.
  var fields: Fields { FineTuning.fields(logits: logits) }

  /// The code of a step's cross entropy.
  func crossEntropy(of logits: String) -> String {
    "sparse_softmax_cross_entropy_with_logits(\(logits), \(label))"
  }

  /// The code of what that changes by with each logit.
  var logitsGradient: String { "softmax_exact(\(logits)) - one_hot(\(label), \(classes))" }
}

/// A network's last layer where it is a product that no other layer shares its weights with: its gradient is a product too.
struct LastProduct: Sendable {
  let layer: Layer
  let hasBiases: Bool

  init?(_ network: Network) {
    guard let layer = network.layers.last, let dense = layer.kind as? Dense,
      layer.weightsSlice == nil,
      !network.layers.contains(where: { $0.weightsSlice?.layer == layer.name })
    else { return nil }
    self.layer = layer
    hasBiases = dense.hasBiases
  }

  var weights: ParameterName { layer.parameterName(.weights) }
  var biases: ParameterName { layer.parameterName(.biases) }
  /// The name of what it multiplies.
  var input: String { layer.inputs[0] }
}
