import CAMNet

/// The parameters that a training changes, in the network's order, and the optimizer that changes them.
struct Variables: Sendable {
  let list: [Variable]
  let optimizer: any Optimizer
  /// λ of the weights.
  let weightDecay: Double

  init(
    _ declarations: [ParameterDeclaration], from parameters: NetworkParameters,
    _ options: TrainingOptions
  ) throws {
    let kind = try Optimizers.named(options.optimizer.name)
    optimizer = kind.init(options.optimizer)
    weightDecay = options.weightDecay
    list = declarations.map {
      Variable($0.name, parameters[$0.name].tensor, memories: kind.memories)
    }
  }

  private init(copying other: Variables) {
    optimizer = other.optimizer
    weightDecay = other.weightDecay
    let memories = type(of: other.optimizer).memories
    list = other.list.map { Variable($0.name, $0.tensor, memories: memories) }
  }

  /// Variables of the same values, with nothing remembered.
  func copy() -> Variables { Variables(copying: self) }

  /// The values as they are, which change with the next step.
  var values: VariableValues { Dictionary(uniqueKeysWithValues: list.map { ($0.name, $0.tensor) }) }

  /// The values as they are, copied.
  var copiedValues: VariableValues {
    values.mapValues { tensor in
      Tensor(shape: tensor.shape) { target in
        tensor.withUnsafeElements { _ = target.initialize(from: $0) }
      }
    }
  }

  /// Whether no value is infinite or no number.
  var areFinite: Bool { list.map(\.tensor).statistics != nil || list.isEmpty }

  func forget() {
    for variable in list { variable.forget() }
  }

  /// λ · Σ l2_loss(W) over the weights among some variables: Σ w² / 2, as in TensorFlow; 0 where decay is no part of the loss.
  func decayLoss(of names: Set<ParameterName>) -> Double {
    guard !type(of: optimizer).decouplesDecay, weightDecay > 0 else { return 0 }
    let weights = list.filter { names.contains($0.name) && $0.name.role.decays }.map(\.tensor)
    guard !weights.isEmpty else { return 0 }
    let norm = weights.statistics?.l2Norm ?? .nan
    return weightDecay * norm * norm / 2
  }

  /// Changes the variables that gradients are given for.
  /// - Parameter number: the step's number, from 1.
  func step(_ gradients: [ParameterName: Tensor], learningRate: Double, number: Int) {
    for variable in list {
      guard let gradient = gradients[variable.name] else { continue }
      optimizer.update(
        variable, by: gradient,
        OptimizerStep(
          number: number, learningRate: learningRate,
          weightDecay: variable.name.role.decays ? weightDecay : 0))
    }
  }

  /// The 2-norms of the loss's gradients, weight decay included where it is part of the loss, by the variables' names.
  func norms(of gradients: [ParameterName: Tensor]) -> [String: Double] {
    let isDecayInLoss = !type(of: optimizer).decouplesDecay
    return list.reduce(into: [:]) { norms, variable in
      guard let gradient = gradients[variable.name] else { return }
      let decay = isDecayInLoss && variable.name.role.decays ? Float(weightDecay) : 0
      norms["\(variable.name)"] = variable.tensor.norm(times: decay, plus: gradient)
    }
  }
}

extension Tensor {
  /// The 2-norm of factor · self + other; NaN where a value is not finite.
  func norm(times factor: Float, plus other: Tensor) -> Double {
    let sum = Tensor(shape: shape) { target in
      withUnsafeElements { values in
        other.withUnsafeElements { others in
          parallel(over: count, limit: 1 << 16) { part in
            for index in part { target[index] = factor * values[index] + others[index] }
          }
        }
      }
    }
    return sum.statistics?.l2Norm ?? .nan
  }
}
