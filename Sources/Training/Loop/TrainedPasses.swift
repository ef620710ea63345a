import CAMNet

/// The values of a training's variables, in canonical shapes.
typealias VariableValues = [ParameterName: Tensor]

/// A way to compute the trained part of a network, from what is kept of photos to the logits, and back.
protocol TrainedPasses {
  /// The logits of each photo.
  /// - Parameter done: told after each photo.
  func logits(
    _ photos: [FeatureStore.Features], _ values: VariableValues, done: () throws -> Void
  ) throws -> [[Float]]

  /// The sum of the photos' gradients, in their order.
  /// - Parameters:
  ///   - seed: gives what the loss changes by with each logit of a photo, from the photo's place and its logits.
  ///   - done: told after each photo.
  func gradients(
    _ photos: [FeatureStore.Features], _ values: VariableValues,
    seed: (_ photo: Int, _ logits: [Float]) -> [Float], done: () throws -> Void
  ) throws -> [ParameterName: Tensor]
}

/// Passes through the network itself, one photo at a time with its layers on all cores.
struct NetworkPasses: TrainedPasses {
  let part: TrainedPart
  let executor: Executor
  /// The layer that gives the logits.
  let logits: String
  let size: InputSize

  func logits(
    _ photos: [FeatureStore.Features], _ values: VariableValues, done: () throws -> Void
  ) throws -> [[Float]] {
    let executor = executor.replacing(executor.parameters.replacing(values))
    return try photos.map { photo in
      let pass = try self.pass(photo, executor, keeping: .layers([logits]))
      try pass.finish()
      try done()
      return output(of: pass)
    }
  }

  func gradients(
    _ photos: [FeatureStore.Features], _ values: VariableValues,
    seed: (_ photo: Int, _ logits: [Float]) -> [Float], done: () throws -> Void
  ) throws -> [ParameterName: Tensor] {
    let executor = executor.replacing(executor.parameters.replacing(values))
    var sum = Gradients()
    for (number, photo) in photos.enumerated() {
      let pass = try self.pass(photo, executor, keeping: .all)
      try pass.finish()
      let logits = output(of: pass)
      let own = Tensor(shape: [1, logits.count], seed(number, logits))
      try executor.backward(
        pass.kept, input: photo.image.map(input), size: size, seed: [self.logits: own],
        parameters: part.names, addingTo: &sum)
      try done()
    }
    return sum.parameters
  }

  private func pass(
    _ photo: FeatureStore.Features, _ executor: Executor, keeping: Keeping
  ) throws -> ForwardPass {
    guard let image = photo.image else {
      return try executor.forwardPass(from: part.first, photo.outputs, size: size, keeping: keeping)
    }
    return try executor.forwardPass(input(image), measures: false, keeping: keeping)
  }

  private func input(_ image: RGBImage) -> Tensor {
    image.networkInput
  }

  private func output(of pass: ForwardPass) -> [Float] { pass.kept[logits]?.elements ?? [] }
}

extension KeptWeights {
  /// What steps by batches of so many photos keep. Weights change with every step, so that one photo's are not worth keeping.
  package static func batch(_ photos: Int) -> KeptWeights { photos > 1 ? .packed : .none }
}
