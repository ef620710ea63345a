import CAMNet

/// What the walk-through's last section, fine-tuning, is asked for.
public struct FineTuningOptions: Sendable, Hashable {
  /// The number of the class that is taken for the photo's label; nil for the network's own first answer.
  public var label: Int?
  /// Whether each variable's gradient is computed and a step of training taken.
  public var hasGradients: Bool
  /// Whether the losses are added up, which camreport 0.1.0 did not do.
  var hasTotal = true

  public init(label: Int? = nil, hasGradients: Bool = false) {
    self.label = label
    self.hasGradients = hasGradients
  }

  /// Sees that a model has the label, and a loss whose gradients there are.
  func check(_ model: LoadedModel) throws(WalkthroughError) {
    guard label != nil || hasGradients else { return }
    let (name, count) = (model.model.name, model.classNames.count)
    guard count > 0 else { throw .noClasses(model: name) }
    if let label, !(0..<count).contains(label) { throw .noClass(label, model: name, count: count) }
  }
}
