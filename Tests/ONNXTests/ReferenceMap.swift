import CAMNet
import ONNX
import Testing

/// A class map of a network as the reference files describe it: Σ weight · feature before anything is cut off.
struct ReferenceMap: Decodable {
  let `class`: Int
  /// `cam` where the head is means over all places and a matrix, else `gradient`.
  let kind: String
  let features: String
  let weights: Weights
  let shape: [Int]
  let map: [Double]

  struct Weights: Decodable {
    let l2: Double
    let value: [Double]
  }

  /// Expects the maps that a network makes of a photo's bytes to be these, by direct sums.
  static func expect(
    _ maps: [ReferenceMap], _ imported: ImportedModel, _ model: Model, photo: Tensor,
    within tolerance: Double,
    _ what: String
  ) throws {
    let network = model.network
    let head = try network.classActivationHead
    var options = ExecutionOptions()
    options.isPrecise = true
    let executor = Executor(
      network, parameters: try NetworkParameters(imported.store, for: model),
      options: options)
    let features = try executor.withForwardPass(photo, keeping: .layers([head.features])) { pass in
      try pass.finish()
      return try #require(pass.kept[head.features])
    }
    for expected in maps {
      let map = try ClassActivationMap(
        features: features, executor: executor, classIndex: expected.class)
      let what = "\(what), class \(expected.class)"
      #expect(head.isExact == (expected.kind == "cam"), "\(what)")
      if let layer = imported.values[expected.features]?.layer {
        #expect(head.features.hasPrefix(layer), "\(what)")
      }
      #expect(map.map.shape == Shape(expected.shape), "\(what)")
      close(map.map.elements, expected.map, tolerance, "\(what)")
      let weights = map.classWeights.elements
      let last = expected.weights.value.count - 1
      let samples = (0...last).map { weights[last == 0 ? 0 : $0 * (weights.count - 1) / last] }
      let size = expected.weights.l2 / Double(weights.count).squareRoot()
      for (sample, value) in zip(samples, expected.weights.value) {
        #expect(
          abs(Double(sample) - value) <= tolerance * max(size, abs(value)), "\(what): weights")
      }
      if head.isExact {
        let logits = try executor.withForwardPass(photo, keeping: .layers([head.classifier])) {
          pass in
          try pass.finish()
          return try #require(pass.kept[head.classifier])
        }
        let largest = map.map.elements.map { Double(abs($0)) }.max() ?? 0
        #expect(
          abs(map.logit - Double(logits[flat: expected.class])) <= 1e-4 * max(largest, 1e-3),
          "\(what): logit")
      }
    }
  }

  private static func close(
    _ found: [Float], _ expected: [Double], _ tolerance: Double, _ what: String
  ) {
    guard found.count == expected.count else { return }
    let difference = zip(found, expected).reduce(0) {
      $0 + (Double($1.0) - $1.1) * (Double($1.0) - $1.1)
    }
    let size = expected.reduce(0) { $0 + $1 * $1 }
    #expect(difference.squareRoot() <= tolerance * size.squareRoot(), "\(what)")
  }
}

extension Network {
  /// The photo, with values between bytes, whose preparation gives what the network is to read, channels last.
  func unprepared(_ values: Tensor) -> Tensor {
    guard let rescale = layers.first?.kind as? Rescale else { return values }
    return Tensor(
      shape: values.shape,
      values.elements.enumerated().map { index, value in
        value * rescale.divisors[index % 3] + rescale.offsets[index % 3]
      })
  }
}
