import CAMNet
import Foundation
import ONNX
import TestSupport
import Testing

/// Networks of PyTorch's libraries whose weights are there without a graph, held against the same networks in ONNX files.
@Suite struct StateDictTests {
  @Test(
    .enabled(
      if: LargeNetworkTests.canRun, "the networks are not beside the project, or a debug build"),
    arguments: ["resnet18", "mobilenet_v2"])
  func `a state_dict gives what the ONNX network of the same weights gives`(name: String) throws {
    let (folder, file, reference) = try LargeNetworkTests.open(name)
    let imported = try ImportedModel(file)
    let own = try NetworkParameters(imported.store, for: imported.model)
    let declared = try Model.named(name)
    // Layers are called as the import calls them, by torch's modules.
    let learned = { (network: Network) in Set(network.parameters.map(\.name.layer)) }
    #expect(learned(declared.network) == learned(imported.model.network))
    let tensors = declared.network.parameters.map { declaration in
      (
        "module." + declared.layout.names(declaration.name),
        declared.layout.fileTensor(of: declaration.name, unfolded(declaration, own))
      )
    }
    let path = folder("\(name).safetensors")
    try WeightsStore(
      source: name,
      tensors: tensors + [("module.bn1.num_batches_tracked", Tensor(shape: [1], [7]))]
    ).write(to: path)
    let store = try WeightsStore(contentsOf: path)
    let model = try Model.holding(store).fitted(to: store)
    #expect(model.name == name)
    try model.checkLeftOver(store)

    let photo = LargeNetworkTests.bytes(reference)
    expectClose(
      try logits(model.network, NetworkParameters(store, for: model), photo),
      try logits(imported.model.network, own, photo), relativeL2: 2e-5, name)
  }

  /// The exporters made normalization a part of each kernel: what is left of it adds the bias.
  private func unfolded(_ declaration: ParameterDeclaration, _ folded: NetworkParameters) -> Tensor
  {
    let (layer, shape) = (declaration.name.layer, declaration.shape)
    switch declaration.name.role {
    case .weights, .biases: return folded[declaration.name].tensor
    case .scale: return Tensor(shape: shape, repeating: 1)
    case .shift: return folded[ParameterName(layer: layer, role: .biases)].tensor
    case .mean: return Tensor(shape: shape, repeating: 0)
    case .variance: return Tensor(shape: shape, repeating: 1 - 1e-5)
    }
  }

  private func logits(
    _ network: Network, _ parameters: NetworkParameters, _ photo: Tensor
  ) throws -> [Double] {
    var options = ExecutionOptions()
    options.isPrecise = true
    let last = try #require(network.layers.last).name
    let executor = Executor(network, parameters: parameters, options: options)
    return try executor.withForwardPass(photo, keeping: .layers([last])) { pass in
      try pass.finish()
      return try #require(pass.kept[last]).elements.map(Double.init)
    }
  }
}
