/// A way through a network's head, from its feature maps to the logits, and back from any class's logit.
///
/// All that leads to the logits leads through the feature maps, so that nothing else of the photo's run is needed.
package struct HeadPass {
  package let head: ClassActivationHead
  private let executor: Executor
  private let entries: [LayerShapes]
  private let outputs: [String: Tensor]

  /// - Parameters:
  ///   - features: the feature maps, (1, h, w, channels).
  ///   - executor: whose network has the head.
  package init(
    _ head: ClassActivationHead, features: Tensor, executor: Executor
  ) throws(NetworkError) {
    self.head = head
    self.executor = executor
    var outputs = [head.features: features]
    var entries: [LayerShapes] = []
    // The weights of one product are read, and nothing is run for them.
    if head.kind != .product {
      for layer in head.layers { entries.append(try Self.run(layer, executor, &outputs)) }
    }
    self.entries = entries
    self.outputs = outputs
  }

  /// Computes a layer of what is there.
  private static func run(
    _ layer: Layer, _ executor: Executor, _ outputs: inout [String: Tensor]
  ) throws(NetworkError) -> LayerShapes {
    let inputs = layer.inputs.compactMap { outputs[$0] }
    let shapes = inputs.map(\.shape)
    do throws(ShapeError) {
      let entry = LayerShapes(
        layer: layer, inputs: shapes, output: try layer.kind.outputShape(of: shapes),
        shownInputs: shapes, axisOrder: .channelsLast, receptiveField: nil)
      outputs[layer.name] = layer.kind.forward(
        inputs, parameters: executor.parameters.parameters(of: entry), output: entry.output)
      return entry
    } catch {
      throw .shape(layer: layer.name, error)
    }
  }

  /// What a class's logit changes by with each value that a layer gives: the feature maps, or a layer of the head.
  package func gradient(of classIndex: Int, at layer: String) -> Tensor {
    guard let logits = outputs[head.classifier], let wanted = outputs[layer] else {
      preconditionFailure("the head has no layer '\(layer)'")
    }
    let seed = Tensor(
      shape: logits.shape, (0..<logits.count).map { $0 == classIndex ? 1 : 0 })
    var gradients = [head.classifier: seed]
    for entry in entries.reversed() where entry.layer.name != layer {
      guard let gradient = gradients.removeValue(forKey: entry.layer.name),
        let output = outputs[entry.layer.name]
      else { continue }
      let call = LayerCall(
        inputs: entry.layer.inputs.compactMap { outputs[$0] }, output: output,
        parameters: executor.parameters.parameters(of: entry), options: executor.options)
      let result = entry.layer.kind.backward(gradient, call, wanting: .inputs)
      for (input, own) in zip(entry.layer.inputs, result.inputs)
      where gradients[input]?.add(own) == nil {
        gradients[input] = own
      }
    }
    return gradients[layer] ?? Tensor(shape: wanted.shape, repeating: 0)
  }

  /// The logits of means that are all 0, of a head that is a matrix: what of them belongs to no place.
  /// - Precondition: the head begins with means over all places.
  private var biases: Tensor {
    get throws(NetworkError) {
      guard let pooled = head.pooled, let means = outputs[pooled] else {
        preconditionFailure("the head does not begin with means")
      }
      var outputs = [pooled: Tensor(shape: means.shape, repeating: 0)]
      for layer in head.layers.dropFirst() { _ = try Self.run(layer, executor, &outputs) }
      return outputs[head.classifier] ?? means
    }
  }

  /// The class activation maps of classes.
  package func maps(of classes: [Int]) throws(NetworkError) -> [ClassActivationMap] {
    let features = outputs[head.features] ?? Tensor(shape: [1, 1, 1, 0], [])
    let biases =
      head.isExact && head.classifierHasBiases && head.kind != .product ? try self.biases : nil
    return classes.map { index in
      let weights: Tensor
      var bias = biases?[flat: index] ?? 0
      switch head.kind {
      case .product:
        weights = executor.classWeights(index, head)
        if head.classifierHasBiases {
          bias =
            executor.parameters[ParameterName(layer: head.classifier, role: .biases)]
            .stored[flat: index]
        }
      case .matrix, .channels:
        let gradient = gradient(of: index, at: head.pooled ?? head.features)
        weights = gradient.reshaped([gradient.count])
      case .gradient:
        let gradient = gradient(of: index, at: head.features)
        weights = gradient.channelSums(dividedBy: Double(features.shape[1] * features.shape[2]))
      }
      return ClassActivationMap(
        classIndex: index, classWeights: weights, bias: bias,
        map: features.weightedSum(weights.elements))
    }
  }
}
