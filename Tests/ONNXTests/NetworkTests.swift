import CAMNet
import Foundation
import ONNX
import TestSupport
import Testing

/// Whole networks of torchvision's, as layers, held against ONNX Runtime's value of every node. Their weights follow from a formula.
@Suite struct NetworkTests {
  struct Reference: Decodable {
    let seed: String
    let skeleton: String
    let dataBytes: Int
    let weights: [Recipe]
    let samples: Int
    let top5: [[Double]]
    let values: [String: ReferenceValue]

    /// A parameter's name, and how it follows from the formula's numbers.
    struct Recipe: Decodable {
      let name: String
      let offset: Float
      let scale: Float

      init(from decoder: any Decoder) throws {
        var list = try decoder.unkeyedContainer()
        name = try list.decode(String.self)
        offset = try list.decode(Float.self)
        scale = try list.decode(Float.self)
      }
    }
  }

  struct ReferenceValue: Decodable {
    let shape: [Int]
    let l2: Double
    let value: [Double]
  }

  private static let folder = Fixture.reference("onnx/networks")
  private static let names = [
    "resnet18", "mobilenet_v2", "densenet121", "squeezenet1_1", "googlenet", "efficientnet_b0",
    "mobilenet_v3_small",
  ]

  /// A number of the formula, in -1 ..< 1.
  private static func value(_ base: UInt64, _ index: Int) -> Float {
    Float(Mixing.splitmix64(base &+ UInt64(index)) >> 40) * 0x1p-23 - 1
  }

  /// A network's file with its weights in a file beside it.
  private func write(_ reference: Reference, into folder: URL) throws -> String {
    let source = try #require(Self.folder).appending(path: reference.skeleton)
    let path = folder.appending(path: reference.skeleton.replacing(".skeleton", with: "")).path
    let data = path + ".data"
    try Data(contentsOf: source).write(to: URL(filePath: path))
    try Data(count: reference.dataBytes).write(to: URL(filePath: data))
    let sizes = Dictionary(
      try WeightsStore(contentsOf: path).entries.map { ($0.name, $0.shape.elementCount) },
      uniquingKeysWith: { one, _ in one })
    var values: [Float] = []
    values.reserveCapacity(reference.dataBytes / 4)
    for recipe in reference.weights {
      let base = Mixing.fnv1a64("\(reference.seed)/\(recipe.name)")
      for index in 0..<(sizes[recipe.name] ?? 0) {
        values.append(recipe.offset + recipe.scale * Self.value(base, index))
      }
    }
    try #require(values.count * 4 == reference.dataBytes)
    try values.withUnsafeBytes { try Data($0).write(to: URL(filePath: data)) }
    return path
  }

  @Test(
    .enabled(if: folder != nil, "the networks are not beside the project"), arguments: names)
  func `every value is ONNX Runtime's, by direct kernels and by Winograd's`(name: String) throws {
    let source = try #require(Self.folder)
    let reference = try JSONDecoder.snakeCase.decode(
      Reference.self, from: Data(contentsOf: source.appending(path: "\(name).json")))
    let folder = FileManager.default.temporaryDirectory.appending(path: "network-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let imported = try ImportedModel(ONNXFile(contentsOf: write(reference, into: folder)))
    let plain = imported.model.network.layers.filter { $0.kind is PlainOperation }
    #expect(plain.isEmpty, "\(name): \(plain.map(\.name))")
    try imported.model.network.checkGradients()

    let base = Mixing.fnv1a64("\(reference.seed)/image")
    let photo = Tensor(
      shape: [1, 224, 224, 3],
      (0..<224 * 224 * 3).map { ((Self.value(base, $0) + 1) * 127.5).rounded(.down) })
    let parameters = try NetworkParameters(imported.store, for: imported.model)
    // Where ReLU6 cuts many values off, PyTorch itself is 2e-5 away from ONNX Runtime.
    for (isPrecise, tolerance) in [(true, name == "mobilenet_v2" ? 2e-5 : 1e-5), (false, 1e-3)] {
      var options = ExecutionOptions()
      options.isPrecise = isPrecise
      let executor = Executor(imported.model.network, parameters: parameters, options: options)
      try executor.withForwardPass(photo, keeping: .all) { pass in
        try pass.finish()
        var checked = 0
        for (value, expected) in reference.values {
          guard let place = imported.values[value], let output = pass.kept[place.layer] else {
            continue
          }
          check(output, place.isChannelsLast, expected, tolerance, "\(name), \(value)")
          checked += 1
        }
        #expect(checked >= imported.model.network.layers.count / 2, "\(name)")
        let logits = try #require(pass.kept[imported.model.network.layers.last?.name ?? ""])
        let best = (0..<logits.count).max { logits[flat: $0] < logits[flat: $1] }
        #expect(best == Int(reference.top5[0][0]), "\(name)")
      }
    }
  }

  private func check(
    _ output: Tensor, _ isChannelsLast: Bool, _ expected: ReferenceValue, _ tolerance: Double,
    _ what: String
  ) {
    let shape = expected.shape
    guard output.count == shape.reduce(1, *) else {
      Issue.record("\(what): \(output.shape) is no \(shape)")
      return
    }
    let l2 = output.statistics?.l2Norm ?? .nan
    #expect(abs(l2 - expected.l2) <= tolerance * expected.l2, "\(what): \(l2), \(expected.l2)")
    let last = expected.value.count - 1
    var (squares, size) = (0.0, 0.0)
    for (index, wanted) in expected.value.enumerated() {
      var flat = last == 0 ? 0 : index * (output.count - 1) / last
      if isChannelsLast, shape.count == 4 {
        let (pixels, channels) = (shape[2] * shape[3], shape[1])
        flat = flat % pixels * channels + flat / pixels
      }
      let difference = Double(output[flat: flat]) - wanted
      squares += difference * difference
      size += wanted * wanted
    }
    // Where the values that are given happen to be small, all values say what is small.
    let all = expected.l2 * expected.l2 * Double(last + 1) / Double(output.count)
    let relative = (squares / max(size, all, 1e-60)).squareRoot()
    #expect(relative <= tolerance, "\(what): \(relative)")
  }
}
