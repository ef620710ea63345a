import CAMNet
import Foundation
import TestSupport
import Testing

/// Weights of networks that are found by their parameters' names alone.
@Suite struct StateDictModelTests {
  private func store(
    _ name: String, prefix: String = "", classes: Int = 1000,
    and others: [(String, Tensor)] = []
  ) throws -> WeightsStore {
    let model = try #require(try Model.named(name).with(outputs: classes, classNames: nil))
    let made = SyntheticWeights(seed: "state").store(for: model)
    let counted = [(prefix + "bn1.num_batches_tracked", Tensor(shape: [1], [3]))]
    return WeightsStore(
      source: "net.pth",
      tensors: try made.entries.map { (prefix + $0.name, try made.tensor(named: $0.name)) }
        + counted + others)
  }

  @Test(arguments: Model.torch.map(\.name))
  func `each network is found by its names, with any number of classes and what wraps them`(
    name: String
  ) throws {
    for (prefix, classes) in [("", 1000), ("module.", 7), ("model.", 1000)] {
      let store = try store(name, prefix: prefix, classes: classes)
      let found = try Model.holding(store).fitted(to: store)
      #expect(found.name == name && found.outputs == classes)
      try found.checkLeftOver(store)
      _ = try NetworkParameters(store, for: found)
    }
    let first = try Model.named(name).network.layers[1]
    #expect(["conv1", "features.0.0", "conv_stem"].contains(first.source ?? first.name))
  }

  @Test(arguments: [
    ("resnet18", 11_689_512), ("resnet34", 21_797_672), ("resnet50", 25_557_032),
    ("mobilenet_v2", 3_504_872), ("mobilenetv2_100", 3_504_872),
  ])
  func `there are as many parameters as the libraries count`(name: String, count: Int) throws {
    let learned = try Model.named(name).network.parameters.filter { $0.name.role.isTrainable }
    #expect(learned.reduce(0) { $0 + $1.shape.elementCount } == count)
  }

  @Test func `a network runs on its state_dict, and makes class maps`() throws {
    let store = try store("resnet50", classes: 5)
    let model = try Model.holding(store).fitted(to: store)
    let executor = Executor(model.network, parameters: try NetworkParameters(store, for: model))
    let photo = SyntheticWeights(seed: "state").image(width: 64, height: 64)
    let head = try model.network.classActivationHead
    let outputs = try executor.outputs(of: [head.features, "fc"], for: photo)
    #expect(outputs.map(\.shape) == [[1, 2, 2, 2048], [1, 5]])
    let map = try ClassActivationMap(features: outputs[0], executor: executor, classIndex: 3)
    let size = Double(map.map.elements.map(abs).max() ?? 0)
    #expect(abs(map.logit - Double(outputs[1][flat: 3])) <= 1e-4 * size)
  }

  @Test func `weights of a larger network of the same names are not taken for a smaller one's`()
    throws
  {
    let larger = try store(
      "resnet50", and: [("layer3.6.conv1.weight", Tensor(shape: [1], [0]))])
    let model = try Model.holding(larger).fitted(to: larger)
    let error = try #require(throws: ModelError.self) { try model.checkLeftOver(larger) }
    #expect(
      "\(error)".hasPrefix(
        "net.pth: holds 1 array that resnet50 has no place for (layer3.6.conv1.weight)"))
  }

  @Test func `weights of another network of torchvision's are of none that is known`() throws {
    let other = WeightsStore(
      source: "efficientnet.pth",
      tensors: [
        ("features.0.0.weight", Tensor(shape: [32, 3, 3, 3], repeating: 0)),
        ("classifier.1.weight", Tensor(shape: [10, 1280], repeating: 0)),
      ])
    let error = try #require(throws: ModelError.self) { try Model.holding(other) }
    #expect("\(error)".contains("holds the weights of no model that camreport knows"))
  }

  @Test func `wrappers of checkpoints are taken off`() throws {
    let store = try WeightsStore(contentsOf: Fixture.path("weights-torch-wrapped.pth"))
    #expect(store.entries.map(\.name) == ["module.fc.weight", "module.fc.num_batches_tracked"])
    #expect(try store.tensor(named: "module.fc.weight").elements == [0, 1, 2, 3, 4, 5])
  }

  @Test(arguments: [
    ("weights-torch-module.pth", "holds a whole module ('torch.nn.modules.linear.Linear')"),
    ("weights-torch-script.pt", "is a TorchScript archive (torch.jit.save)"),
  ])
  func `what is no state_dict is refused in a sentence that says what to save`(
    file: String, words: String
  ) throws {
    let error = try #require(throws: WeightsError.self) {
      try WeightsStore(contentsOf: Fixture.path(file))
    }
    for part in [words, "torch.save(model.state_dict(), ", "torch.onnx.export(model.eval(), "] {
      #expect("\(error)".contains(part), "\(error)")
    }
  }
}
