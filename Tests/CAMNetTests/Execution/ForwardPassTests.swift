import CAMNet
import Synchronization
import TestSupport
import Testing

/// A network run layer by layer, as the caller asks.
@Suite struct ForwardPassTests {
  private let model: Model
  private let executor: Executor
  private let input: Tensor

  init() throws {
    model = try OwnNetworks.small()
    let weights = SyntheticWeights(seed: "pass")
    executor = Executor(
      model.network, parameters: try NetworkParameters(weights.store(for: model), for: model))
    input = weights.image(width: 60, height: 60).tensor.reshaped(Network.inputShape(60))
  }

  @Test func `a layer is computed when it is asked for, and after the last there is none`() throws {
    try executor.withForwardPass(input) { pass in
      var names: [String] = []
      while let result = try pass.next() {
        names.append(result.layer.name)
        #expect(result.output.shape == result.shapes.output)
        #expect(result.statistics != nil)
      }
      #expect(names == model.network.layers.map(\.name))
      #expect(try pass.next() == nil)
    }
  }

  @Test func `those outputs are kept that were asked for`() throws {
    try executor.withForwardPass(input, keeping: .layers(["conv", "gap"])) { pass in
      #expect(pass.kept["conv"] == nil)
      try pass.finish()
      #expect(pass.kept["conv"]?.shape == [1, 19, 20, 8])
      #expect(pass.kept["gap"] != nil && pass.kept["wide"] == nil)
    }
    try executor.withForwardPass(input, keeping: .all) { pass in
      try pass.finish()
      #expect(model.network.layers.allSatisfy { pass.kept[$0.name] != nil })
    }
  }

  @Test func `an error of the caller's ends the pass where it happens`() throws {
    struct Full: Error {}
    var computed = 0
    #expect(throws: Full.self) {
      try self.executor.withForwardPass(self.input) { pass in
        while try pass.next() != nil {
          computed += 1
          if computed == 2 { throw Full() }
        }
      }
    }
    #expect(computed == 2)
  }

  @Test func `a layer whose values are no numbers throws, again and again`() throws {
    let infinite = Tensor(shape: input.shape, repeating: .infinity)
    try executor.withForwardPass(infinite) { pass in
      let error = ExecutionError.nonFinite(layer: "scaled", count: 10_800, of: 10_800)
      #expect(throws: error) { try pass.next() }
      #expect(throws: error) { try pass.next() }
    }
  }

  @Test(arguments: [KeptWeights.packed, .all])
  func `kept weights give what weights made for each pass give, at every size`(kept: KeptWeights)
    throws
  {
    var options = ExecutionOptions()
    options.keptWeights = kept
    let keeping = Executor(model.network, parameters: executor.parameters, options: options)
    let weights = SyntheticWeights(seed: "pass")
    for size in [60, 33, 60] {
      let photo = weights.image(width: size, height: size)
      let (once, kept) = (
        try executor.outputs(of: ["scores"], for: photo)[0],
        try keeping.outputs(of: ["scores"], for: photo)[0]
      )
      #expect(once.elements == kept.elements)
    }
  }
}
