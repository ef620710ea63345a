import CAMNet

/// What a photo's whole loss, cross entropy and weight decay, changes by with each trainable parameter.
struct LossGradients: Sendable {
  /// The gradients in the parameters' canonical shapes.
  let values: [ParameterName: Tensor]
  /// Their lengths, √(Σ g²).
  let norms: [ParameterName: Double]
  /// Σ g² over all of them.
  let squares: Double

  /// - Parameters:
  ///   - activations: all layers' outputs.
  ///   - input: the photo that they are of.
  ///   - seed: what the cross entropy changes by with the outputs of layers, by the layers' names.
  /// - Throws: ``ExecutionError/nonFiniteGradient(parameter:count:of:)`` where a gradient is too large for float32.
  init(
    _ executor: Executor, _ activations: Activations, input: Tensor, seed: [String: Tensor]
  ) throws(ExecutionError) {
    let names = executor.network.parameters.map(\.name).filter(\.role.isTrainable)
    let found = try executor.backward(
      activations, input: input, seed: seed, parameters: Set(names)
    ).parameters
    var (values, norms): ([ParameterName: Tensor], [ParameterName: Double]) = ([:], [:])
    var squares = 0.0
    for name in names {
      let own = executor.parameters[name].tensor
      // What no logit depends on has no gradient but its decay's.
      let gradient = found[name] ?? Tensor(shape: own.shape, repeating: 0)
      let whole =
        name.role.decays ? gradient.adding(own, times: Float(FineTuning.weightDecay)) : gradient
      guard let norm = whole.statistics?.l2Norm else {
        throw .nonFiniteGradient(
          parameter: "\(name)", count: whole.elements.count { !$0.isFinite }, of: whole.count)
      }
      values[name] = whole
      norms[name] = norm
      squares += norm * norm
    }
    (self.values, self.norms, self.squares) = (values, norms, squares)
  }

  /// The parameters after a step of gradient descent.
  func stepped(_ parameters: NetworkParameters, rate: Double) -> NetworkParameters {
    var changed: [ParameterName: Tensor] = [:]
    for (name, gradient) in values {
      changed[name] = parameters[name].tensor.adding(gradient, times: -Float(rate))
    }
    return parameters.replacing(changed)
  }
}

extension Walk.Key {
  /// What the whole loss changes by with each trainable parameter.
  static var gradients: Walk.Key<LossGradients> { .init("gradients") }
}

extension Tensor {
  /// The tensor plus another of its shape times a number, element by element.
  fileprivate func adding(_ other: Tensor, times factor: Float) -> Tensor {
    Tensor(shape: shape) { sums in
      withUnsafeElements { first in
        other.withUnsafeElements { second in
          for index in sums.indices { sums[index] = first[index] + factor * second[index] }
        }
      }
    }
  }
}
