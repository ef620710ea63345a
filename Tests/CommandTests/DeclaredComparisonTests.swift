import CAMNet
import Foundation
import Notebook
import TestSupport
import Testing

/// A network that a state_dict's names tell, whose convolutions normalize too, held against what hooks save of its modules.
@Suite struct DeclaredComparisonTests {
  private let loaded: LoadedModel

  init() throws {
    let network = try Network(
      name: "declared", input: "images", defaultSize: 32,
      layers: [
        Layer("rescaled", Rescale(offsets: [128, 128, 128], divisor: 64), "images"),
        Layer("conv1", Self.convolution(.relu), "rescaled"),
        Layer("conv2", Self.convolution(.none), "conv1"),
        Layer("pool", GlobalAveragePooling(), "conv2"),
        Layer("fc", Dense(outputs: 3, hasBiases: true), "pool"),
      ])
    let model = Model(
      network,
      layout: WeightsLayout(names: { name in
        let isWeights = [.weights, .biases].contains(name.role)
        return (isWeights ? name.layer : name.layer.replacing("conv", with: "bn"))
          + ".\(name.role.rawValue)"
      }))
    loaded = try LoadedModel(model, SyntheticWeights(seed: "declared").store(for: model))
  }

  private static func convolution(_ activation: Activation) -> Convolution {
    Convolution(
      Window(height: 3, width: 3), outputChannels: 4,
      batchNormalization: BatchNormalization(epsilon: 1e-5), activation: activation)
  }

  /// The comparison with what the layers give, after a change of the arrays.
  private func comparison(
    _ change: (inout [String: Tensor]) -> Void
  ) throws -> ActivationComparison {
    let folder = try Folder()
    let photo = try Photo(contentsOf: Fixture.example("cat.jpg"))
    let given = SyntheticWeights(seed: "declared").image(width: 32, height: 32).networkInput
    var kept: [String: Tensor] = [:]
    try loaded.executor.withForwardPass(given, keeping: .all) { pass in
      try pass.finish()
      for layer in loaded.model.network.layers { kept[layer.name] = pass.kept[layer.name] }
    }
    // What a convolution gives before its normalization, and what that gives before ReLU, are something else.
    let other = try #require(kept["conv1"]).negated
    var arrays = [
      "input": kept["rescaled"], "conv1": other, "bn1": other, "conv2": other,
      "bn2": kept["conv2"], "fc": kept["fc"],
    ].compactMapValues(\.self)
    change(&arrays)
    for (name, tensor) in arrays { try folder.write("\(name).npy", tensor.npyData()) }
    return try ActivationComparison(
      loaded, photo: photo, options: InputOptions(size: 32, filter: .bicubic),
      folder: folder.url.path)
  }

  @Test func `a convolution that normalizes is compared by its normalization's name`() throws {
    let comparison = try comparison { _ in }
    #expect(comparison.first == nil, "\(comparison.text)")
    #expect(comparison.rows.map(\.file) == ["bn2", "fc"])
    #expect(comparison.merged == ["bn1", "conv1", "conv2"])
  }

  @Test func `a normalization that gives something else is named`() throws {
    let comparison = try comparison { $0["bn2"] = $0["bn2"]?.negated }
    #expect(comparison.first?.file == "bn2", "\(comparison.text)")
  }
}

extension Tensor {
  fileprivate var negated: Tensor { Tensor(shape: shape, elements.map { -$0 - 1 }) }
}
