/// Stochastic gradient descent with momentum, Nesterov's if asked for: g += λw; v = μv + g; w −= η(nesterov ? g + μv : v).
public struct SGD: Optimizer {
  public static let name = "sgd"
  public static let defaultRates = (head: 0.05, all: 0.001)
  public static let decouplesDecay = false
  public static let memories = ["momentum"]

  private let momentum: Float
  private let isNesterov: Bool

  public init(_ options: OptimizerOptions) {
    momentum = Float(options.momentum)
    isNesterov = options.isNesterov
  }

  public func update(_ part: VariablePart, _ step: OptimizerStep) {
    let (values, gradients, velocities) = (part.values, part.gradients, part.memories[0])
    let (rate, decay) = (Float(step.learningRate), Float(step.weightDecay))
    for index in 0..<part.count {
      let gradient = gradients[index] + decay * values[index]
      let velocity = momentum * velocities[index] + gradient
      velocities[index] = velocity
      values[index] -= rate * (isNesterov ? gradient + momentum * velocity : velocity)
    }
  }
}
