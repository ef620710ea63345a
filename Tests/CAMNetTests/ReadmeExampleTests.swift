import CAMNet
import TestSupport
import Testing

@Test func `the README's ten lines load a photo, run the network and get a map`() throws {
  let model = Model.efficientNetLite0
  let parameters = try NetworkParameters(model.embeddedWeights(), for: model)
  let executor = Executor(model.network, parameters: parameters)
  let photo = try RGBImage(contentsOf: Fixture.example("cat.jpg"))
    .prepared(size: 224, filter: .bicubic, fitting: .squeeze)
  let outputs = try executor.outputs(of: ["features", "logits"], for: photo.image)
  let best = Prediction.top(1, of: outputs[1])[0]
  let map = try ClassActivationMap(features: outputs[0], executor: executor, classIndex: best.index)
  #expect(best.index == 285)
  #expect(abs(best.probability - 0.797) < 1e-3)
  #expect(map.map.shape == [7, 7])
}
