import CAMNet

/// VGG16-CAM as trainings of synthetic weights begin.
public enum FaintVGG16CAM {
  /// Synthetic weights with those of the first layer times 2⁻⁷, so that logits do not deviate by hundreds.
  public static func parameters() throws -> NetworkParameters {
    let model = Model.vgg16CAM
    let first = try NetworkParameters(
      SyntheticWeights(seed: "camreport").store(for: model), for: model)
    let faint = [ParameterRole.weights, .biases].map { role in
      let name = ParameterName(layer: "conv1_1", role: role)
      let values = first[name].tensor
      return (name, Tensor(shape: values.shape, values.elements.map { $0 * 0x1p-7 }))
    }
    return first.replacing(Dictionary(uniqueKeysWithValues: faint))
  }
}
