import CAMNet
import Training

/// A step of gradient descent on all variables, W ← W − η · gradient, and what the loss is before and after it.
struct Descent: Sendable {
  /// The learning rate η.
  let rate: Double
  /// How much the loss would fall if it changed evenly along the step: η Σ g².
  let expected: Double
  let before: Losses
  let after: Losses
  /// How much the loss falls where the last product alone takes the step; nil where the network does not end in one.
  let headFall: Double?

  /// - Throws: ``ExecutionError`` where the network cannot be run with what the variables are after the step.
  init(_ walk: Walk, _ context: LossContext) throws {
    let executor = walk.model.executor
    let gradients = try walk.take(.gradients)
    let crossEntropy = try walk.take(.crossEntropy)
    let before = Losses(
      crossEntropy: crossEntropy.value, weightDecay: walk.model.fineTuning.weightDecayLoss)
    let rate = Self.rate(before, squares: gradients.squares)
    let stepped = executor.replacing(gradients.stepped(executor.parameters, rate: rate))
    let pass = try stepped.forwardPass(walk.networkInput())
    var logits = try walk.take(.logits)
    while let result = try pass.next() { logits = result.output }
    let kept = try walk.take(.pass).kept
    headFall = context.product.flatMap { product in
      kept[product.input].map {
        HeadStep(product, $0, executor.parameters, gradients, rate: rate)
          .fall(label: crossEntropy.label)
      }
    }
    after = Losses(
      crossEntropy: CrossEntropy(logits, label: crossEntropy.label).value,
      weightDecay: FineTuning(stepped).weightDecayLoss)
    (self.rate, self.before, expected) = (rate, before, rate * gradients.squares)
  }

  /// The learning rate whose step would take a tenth of the cross entropy off, or a thousandth of the loss where that is more, if
  /// the loss changed evenly along it; of two digits, at most 1, and 0 where nothing changes the loss.
  private static func rate(_ losses: Losses, squares: Double) -> Double {
    guard squares > 0 else { return 0 }
    let wanted = max(losses.crossEntropy / 10, losses.total / 1000)
    return Double(Formatted.printed("%.2g", min(wanted / squares, 1))) ?? 0
  }
}

/// The last product's part of a step, computed in double precision: alone it may change less than the network's float32 numbers
/// show.
private struct HeadStep {
  let input: [Double]
  let weights: [Double]
  let biases: [Double]
  let weightsGradient: [Double]
  let biasesGradient: [Double]
  let rate: Double

  init(
    _ product: LastProduct, _ input: Tensor, _ parameters: NetworkParameters,
    _ gradients: LossGradients, rate: Double
  ) {
    func doubles(_ tensor: Tensor?) -> [Double] { tensor?.elements.map(Double.init) ?? [] }
    self.input = doubles(input)
    weights = doubles(parameters[product.weights].tensor)
    biases = product.hasBiases ? doubles(parameters[product.biases].tensor) : []
    weightsGradient = doubles(gradients.values[product.weights])
    biasesGradient = doubles(gradients.values[product.biases])
    self.rate = rate
  }

  func fall(label: Int) -> Double {
    let changed = zip(weights, weightsGradient).map { $0 - rate * $1 }
    let changedBiases = zip(biases, biasesGradient).map { $0 - rate * $1 }
    return loss(weights, biases, label) - loss(changed, changedBiases, label)
  }

  /// The cross entropy, and the weight decay of these weights.
  private func loss(_ weights: [Double], _ biases: [Double], _ label: Int) -> Double {
    let outputs = weights.count / input.count
    var logits = biases.isEmpty ? [Double](repeating: 0, count: outputs) : biases
    var squares = 0.0
    for (row, value) in input.enumerated() {
      for column in 0..<outputs {
        let weight = weights[row * outputs + column]
        logits[column] += value * weight
        squares += weight * weight
      }
    }
    return Softmax(logits).crossEntropy(of: label) + FineTuning.weightDecay * squares / 2
  }
}
