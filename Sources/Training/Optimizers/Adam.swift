import Foundation

/// Kingma and Ba, "Adam", ICLR 2015: w −= η · m̂ / (√v̂ + ε) with the moving means m of g + λw and v of its square, corrected for
/// their beginning at 0.
public struct Adam: Optimizer {
  public static let name = "adam"
  public static let defaultRates = (head: 0.001, all: 0.0001)
  public static let decouplesDecay = false
  public static let memories = ["mean", "square"]

  private let beta1: Double
  private let beta2: Double
  private let epsilon: Double

  public init(_ options: OptimizerOptions) {
    beta1 = options.beta1
    beta2 = options.beta2
    epsilon = options.epsilon
  }

  public func update(_ part: VariablePart, _ step: OptimizerStep) {
    update(part, step, decay: step.weightDecay, kept: 1)
  }

  /// - Parameters:
  ///   - decay: λ in g + λw.
  ///   - kept: what the values are multiplied by first.
  func update(_ part: VariablePart, _ step: OptimizerStep, decay: Double, kept: Double) {
    let (values, gradients) = (part.values, part.gradients)
    let (means, squares) = (part.memories[0], part.memories[1])
    let correction1 = 1 - pow(beta1, Double(step.number))
    let correction2 = (1 - pow(beta2, Double(step.number))).squareRoot()
    let rate = Float(step.learningRate / correction1)
    let root = Float(1 / correction2)
    let (epsilon, decay, kept) = (Float(epsilon), Float(decay), Float(kept))
    let (newMean, oldSquare, newSquare) = (Float(1 - beta1), Float(beta2), Float(1 - beta2))
    for index in 0..<part.count {
      let gradient = gradients[index] + decay * values[index]
      let mean = means[index] + (gradient - means[index]) * newMean
      let square = oldSquare * squares[index] + newSquare * gradient * gradient
      means[index] = mean
      squares[index] = square
      values[index] = values[index] * kept - rate * mean / (square.squareRoot() * root + epsilon)
    }
  }
}
