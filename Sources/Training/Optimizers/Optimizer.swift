import CAMNet

/// How a step changes a network's variables by their gradients. An optimizer is one file that conforms to this, and a line of
/// ``Optimizers/all``.
///
/// The formulas are PyTorch's, element by element in float32, so that no value depends on another, nor on the number of threads.
public protocol Optimizer: Sendable {
  /// The optimizer's name on command lines and in records: `sgd`.
  static var name: String { get }
  /// The learning rates for training a new head and for training all layers, where none is given.
  static var defaultRates: (head: Double, all: Double) { get }
  /// Whether weight decay changes the weights beside the gradient, and is no part of the loss.
  static var decouplesDecay: Bool { get }
  /// What is remembered of each value from step to step, by the names that checkpoints have for it; zero before the first step.
  static var memories: [String] { get }

  init(_ options: OptimizerOptions)

  /// Changes neighbouring values of a variable.
  func update(_ values: VariablePart, _ step: OptimizerStep)
}

/// Neighbouring values of a variable, their gradients, and what an optimizer remembers of them.
public struct VariablePart {
  public let count: Int
  public let values: UnsafeMutablePointer<Float>
  public let gradients: UnsafePointer<Float>
  /// In the order of the optimizer's ``Optimizer/memories``.
  public let memories: [UnsafeMutablePointer<Float>]
}

/// What is the same for all values of a variable in one step.
public struct OptimizerStep: Sendable {
  /// The step's number, from 1.
  public let number: Int
  public let learningRate: Double
  /// λ of the variable: 0 where weight decay does not apply to it.
  public let weightDecay: Double

  public init(number: Int, learningRate: Double, weightDecay: Double) {
    self.number = number
    self.learningRate = learningRate
    self.weightDecay = weightDecay
  }
}

extension Optimizer {
  /// Changes a variable, on all cores.
  /// - Precondition: `gradient` has the variable's shape.
  func update(_ variable: Variable, by gradient: Tensor, _ step: OptimizerStep) {
    precondition(gradient.shape == variable.shape, "\(variable.name) has another gradient's shape")
    let memories = Self.memories.map { variable.memory($0) }
    gradient.withUnsafeElements { gradients in
      guard let gradients = gradients.baseAddress else { return }
      parallel(over: gradient.count, limit: 1 << 16) { part in
        let first = part.lowerBound
        update(
          VariablePart(
            count: part.count, values: variable.values.start + first, gradients: gradients + first,
            memories: memories.map { $0.start + first }), step)
      }
    }
  }
}
