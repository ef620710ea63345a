import CAMNet

/// Training steps of all of a network's parameters by batches of one photo, again and again, for their time.
package struct TimedSteps {
  /// How long the parts of a step took, all photos together.
  package struct Times {
    /// Of each layer, in the network's order.
    package var layers: [(forward: Duration, backward: Duration)]
    /// Of the optimizer's changes of all variables.
    package var optimizer = Duration.zero
    package var step = Duration.zero
  }

  private let executor: Executor
  private let input: Tensor
  private let seed: [String: Tensor]
  private let batch: Int
  private let variables: [Variable]
  private let optimizer = SGD(OptimizerOptions())
  private let clock = ContinuousClock()

  /// - Parameters:
  ///   - executor: the network, with what training by such batches keeps of its weights.
  ///   - output: the layer that the loss is of.
  ///   - input: the photo, (1, height, width, 3).
  ///   - batch: how many photos' gradients make a step.
  package init(_ executor: Executor, output: String, input: Tensor, batch: Int) throws {
    self.executor = executor
    self.input = input
    self.batch = batch
    let network = executor.network
    variables = network.parameters.filter(\.name.role.isTrainable).map {
      Variable($0.name, executor.parameters[$0.name].tensor, memories: SGD.memories)
    }
    let shapes = try network.shapes(size: input.shape.inputSize)
    seed =
      shapes.last { $0.layer.name == output }.map {
        [output: Tensor(shape: $0.output, repeating: 1 / Float(batch * $0.output.elementCount))]
      } ?? [:]
  }

  /// Does a step.
  /// - Parameter number: the step's number, from 1.
  package func step(_ number: Int) throws -> Times {
    var times = Times(
      layers: Array(repeating: (.zero, .zero), count: executor.network.layers.count))
    times.step = try clock.measure {
      try executor.withThreads {
        let gradients = try gradients(&times)
        times.optimizer = clock.measure { change(by: gradients, number) }
      }
    }
    return times
  }

  private func gradients(_ times: inout Times) throws -> Gradients {
    let values = variables.map { ($0.name, $0.tensor) }
    let executor = executor.replacing(
      executor.parameters.replacing(Dictionary(uniqueKeysWithValues: values)))
    var sums = Gradients()
    for _ in 0..<batch {
      let forward = try executor.forwardPass(input, measures: false, keeping: .all)
      var index = 0
      while let layer = try forward.next() {
        times.layers[index].forward += layer.duration
        index += 1
      }
      var backward = try executor.backwardPass(
        forward.kept, input: input, size: input.shape.inputSize, seed: seed,
        parameters: Set(variables.map(\.name)), addingTo: &sums)
      while let duration = backward.next() {
        index -= 1
        times.layers[index].backward += duration
      }
      sums = backward.gradients
    }
    return sums
  }

  private func change(by gradients: Gradients, _ number: Int) {
    for variable in variables {
      guard let gradient = gradients.parameters[variable.name] else { continue }
      // So low a rate that no number of steps leads the values astray.
      optimizer.update(
        variable, by: gradient,
        OptimizerStep(
          number: number, learningRate: 1e-6,
          weightDecay: variable.name.role.decays ? 0.0005 : 0))
    }
  }
}
