import CAMNet
import TestSupport
import Testing

/// PyTorch with the published checkpoint says what every tensor is.
@Suite struct EfficientNetLite0Tests {
  struct Reference: Decodable {
    let cases: [String: Case]
  }

  struct Case: Decodable {
    let tensors: [String: ReferenceTensor]
    let top5: [Prediction]?
    let resize: [String: Resized]?
  }

  struct Resized: Decodable {
    let top5: [Prediction]
  }

  /// Written as `[index, probability]`.
  struct Prediction: Decodable {
    let index: Int
    let probability: Double

    init(from decoder: any Decoder) throws {
      var list = try decoder.unkeyedContainer()
      index = try list.decode(Int.self)
      probability = try list.decode(Double.self)
    }
  }

  let reference: Reference

  init() throws {
    reference = try Fixture.json("efficientnet-lite0.json", as: Reference.self)
  }

  @Test(arguments: ["synthetic", "coffee.jpg", "cat.jpg"])
  func `every tensor and the five first classes agree with PyTorch`(name: String) throws {
    let expected = try #require(reference.cases[name])
    let image =
      name == "synthetic"
      ? SyntheticWeights(seed: "camreport").image(width: 224, height: 224)
      : try RGBImage(contentsOf: Fixture.example(name)).resized(
        width: 224, height: 224, filter: .bicubic)
    let run = try ForwardRun(
      .efficientNetLite0, try Model.efficientNetLite0.embeddedWeights(), image)
    for (tensorName, tensor) in expected.tensors where !tensorName.hasPrefix("cam") {
      let output = try #require(run.output(ofBlock: tensorName), "no layer \(tensorName)")
      expectClose(output, tensor, relativeL2: 1e-4, "\(name) \(tensorName)")
    }

    let logits = try #require(run.outputs["logits"])
    let top = CAMNet.Prediction.top(5, of: logits)
    let top5 = try #require(expected.top5 ?? expected.resize?["bicubic"]?.top5)
    #expect(top.map(\.index) == top5.map(\.index))
    for (found, expected) in zip(top, top5) {
      #expect(abs(found.probability - expected.probability) < 1e-3)
    }

    for prediction in top.prefix(2) {
      let map = try ClassActivationMap(
        features: try #require(run.outputs["features"]), executor: run.executor,
        classIndex: prediction.index)
      let tensor = try #require(expected.tensors["cam\(prediction.rank)"])
      expectClose(map.map, tensor, relativeL2: 1e-4, "\(name) cam\(prediction.rank)")
      #expect(abs(map.logit - Double(prediction.logit)) < 1e-4 * abs(map.logit))
    }
  }

  @Test(arguments: ["coffee.jpg", "cat.jpg"], ResizeFilter.allCases)
  func `the five first classes agree whichever way the photo is resized`(
    name: String, filter: ResizeFilter
  ) throws {
    let photo = try RGBImage(contentsOf: Fixture.example(name))
    let run = try ForwardRun(
      .efficientNetLite0, try Model.efficientNetLite0.embeddedWeights(),
      photo.resized(width: 224, height: 224, filter: filter))
    let top = CAMNet.Prediction.top(5, of: try #require(run.outputs["logits"]))
    let expected = try #require(reference.cases[name]?.resize?[filter.rawValue]?.top5)
    #expect(top.map(\.index) == expected.map(\.index))
    for (found, expected) in zip(top, expected) {
      #expect(abs(found.probability - expected.probability) < 1e-3)
    }
  }

  @Test func `at 448 pixels the map has 14 by 14 places`() throws {
    let shapes = try Network.efficientNetLite0.shapes(size: 448)
    #expect(shapes.first { $0.layer.name == "features" }?.output == [1, 14, 14, 1280])
    #expect(shapes.last?.output == [1, 1000])
  }

  @Test func `a stride of two over an even size is spelled with its floor`() throws {
    let shapes = try Network.efficientNetLite0.shapes()
    let stem = try #require(shapes.first { $0.layer.name == "stem" })
    #expect(stem.arithmetic.map(\.description) == ["⌊(224 − 1) / 2⌋ + 1 = 112"])
  }

  @Test func `the embedded weights have the published count of values`() throws {
    let store = try Model.efficientNetLite0.embeddedWeights()
    let floats = store.entries.filter { $0.scalarType == .float32 }
    #expect(floats.reduce(0) { $0 + $1.shape.elementCount } == 4_694_024)
    #expect(store.entries.count == 296)
  }
}

extension ForwardRun {
  /// A layer's output by name; of `block3` that of the block's last layer.
  func output(ofBlock name: String) -> Tensor? {
    outputs[name]
      ?? executor.network.layers.last { $0.block == name }.flatMap { outputs[$0.name] }
  }
}
