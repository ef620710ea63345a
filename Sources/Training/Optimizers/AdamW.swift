/// Loshchilov and Hutter, "Decoupled Weight Decay Regularization", ICLR 2019: w −= ηλw, then Adam without λ.
public struct AdamW: Optimizer {
  public static let name = "adamw"
  public static let defaultRates = Adam.defaultRates
  public static let decouplesDecay = true
  public static let memories = Adam.memories

  private let adam: Adam

  public init(_ options: OptimizerOptions) {
    adam = Adam(options)
  }

  public func update(_ part: VariablePart, _ step: OptimizerStep) {
    adam.update(part, step, decay: 0, kept: 1 - step.learningRate * step.weightDecay)
  }
}
