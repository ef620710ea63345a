import CAMNet
import Foundation
import ONNX
import TestSupport
import Testing

/// Networks of torchvision at full size on weights from a formula, held against ONNX Runtime's value of every node.
@Suite struct LargeNetworkTests {
  /// What is known of a network; its weights are `offset + scale · value`, as `weights` lists them in the order of the data file.
  struct Reference: Decodable {
    let skeleton: String
    let seed: String
    let size: Int
    let dataBytes: Int
    let weights: [Weight]
    let values: [String: ReferenceValue]
    let maps: [ReferenceMap]

    struct Weight: Decodable {
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

  private static let folder = Fixture.reference("onnx/networks")

  static var canRun: Bool {
    #if DEBUG
      false
    #else
      folder != nil
    #endif
  }

  @Test(
    .enabled(if: canRun, "the networks are not beside the project, or this is a debug build"),
    arguments: [
      "densenet121", "efficientnet_b0", "googlenet", "mobilenet_v2", "mobilenet_v3_small",
      "resnet18",
      "squeezenet1_1",
    ])
  func `every value is ONNX Runtime's, plainly and by layers, and class maps are PyTorch's`(
    name: String
  ) throws {
    let (folder, file, reference) = try Self.open(name)
    defer { withExtendedLifetime(folder) {} }
    let graph = try ImportedGraph(file)
    var seen: Set<String> = []
    try graph.run(picture(reference)) { key, value in
      guard let expected = reference.values[key] else { return }
      seen.insert(key)
      expected.expect(value, within: 2e-5, "\(name), \(key)")
    }
    let missing = Set(reference.values.keys).subtracting(seen)
    #expect(missing.isEmpty, "\(name)")
    let imported = try ImportedModel(file)
    try checkLayers(imported, reference, name)
    try ReferenceMap.expect(
      reference.maps, imported, imported.model, photo: Self.bytes(reference), within: 1e-4, name)
  }

  /// A network with its weights, in a folder that is there as long as it is held.
  static func open(_ name: String) throws -> (DataFolder, ONNXFile, Reference) {
    let source = try #require(folder)
    let reference = try JSONDecoder.snakeCase.decode(
      Reference.self, from: Data(contentsOf: source.appending(path: "\(name).json")))
    let folder = try DataFolder()
    let skeleton = try Data(contentsOf: source.appending(path: reference.skeleton))
    let path = try folder.write(skeleton, "\(name).onnx")
    try writeWeights(
      reference, shapes: try shapes(path, folder, reference), folder("\(name).onnx.data"))
    return (folder, try ONNXFile(contentsOf: path), reference)
  }

  /// Expects all layers to be CAMNet's own, with gradients, and their outputs to be what the reference says.
  private func checkLayers(
    _ imported: ImportedModel, _ reference: Reference, _ name: String
  ) throws {
    let network = imported.model.network
    let plain = network.layers.filter { $0.kind is PlainOperation }
    #expect(plain.isEmpty, "\(name): \(plain.map(\.name))")
    try network.checkGradients()
    let parameters = try NetworkParameters(imported.store, for: imported.model)
    let known = Set(reference.values.keys.compactMap { imported.values[$0]?.layer })
    let own = network.layers.map(\.name).filter { $0 != "rescaled" }
    #expect(known == Set(own), "\(name)")
    // Where ReLU6 cuts many values off, PyTorch itself is 2e-5 away from ONNX Runtime.
    for (isPrecise, tolerance) in [(true, name == "mobilenet_v2" ? 2e-5 : 1e-5), (false, 1e-3)] {
      var options = ExecutionOptions()
      options.isPrecise = isPrecise
      let executor = Executor(network, parameters: parameters, options: options)
      try executor.withForwardPass(Self.bytes(reference), keeping: .all) { pass in
        try pass.finish()
        for (key, expected) in reference.values {
          guard let place = imported.values[key], let output = pass.kept[place.layer] else {
            continue
          }
          let value = place.isChannelsLast ? channelsFirst(output) : output
          expected.expect(
            .floats(value.reshaped(Shape(expected.shape))), within: tolerance, "\(name), \(key)")
        }
      }
    }
  }

  private func channelsFirst(_ maps: Tensor) -> Tensor {
    guard maps.shape.rank == 4 else { return maps }
    return Parameter(stored: maps, axes: [0, 3, 1, 2]).tensor
  }

  /// The photo of noise in bytes.
  static func bytes(_ reference: Reference) -> Tensor {
    let base = Mixing.fnv1a64("\(reference.seed)/image")
    let shape = Network.inputShape(InputSize(reference.size))
    return Tensor(
      shape: shape,
      (0..<shape.elementCount).map { ((Self.value(base, $0) + 1) * 127.5).rounded(.down) })
  }

  /// How many elements each weight has, from the skeleton, whose data file need only be as long as the true one for that.
  private static func shapes(
    _ path: String, _ folder: DataFolder, _ reference: Reference
  ) throws -> [String: Int] {
    try folder.write(
      [UInt8](repeating: 0, count: reference.dataBytes),
      "\(path.split(separator: "/").last ?? "").data")
    let store = try WeightsStore(contentsOf: path)
    return Dictionary(
      store.entries.map { ($0.name, $0.shape.elementCount) },
      uniquingKeysWith: { first, _ in first })
  }

  private static func writeWeights(
    _ reference: Reference, shapes: [String: Int], _ path: String
  ) throws {
    var values: [Float] = []
    values.reserveCapacity(reference.dataBytes / 4)
    for weight in reference.weights {
      let base = Mixing.fnv1a64("\(reference.seed)/\(weight.name)")
      for index in 0..<(try #require(shapes[weight.name])) {
        values.append(weight.offset + weight.scale * value(base, index))
      }
    }
    #expect(values.count * 4 == reference.dataBytes)
    try values.withUnsafeBytes { try Data($0).write(to: URL(filePath: path)) }
  }

  /// The photo of noise, prepared as torchvision does, channels first.
  private func picture(_ reference: Reference) -> Tensor {
    let size = reference.size
    let bytes = Self.bytes(reference)
    let (means, deviations): ([Float], [Float]) = ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
    var values = [Float](repeating: 0, count: 3 * size * size)
    for index in values.indices {
      let (pixel, channel) = index.quotientAndRemainder(dividingBy: 3)
      values[channel * size * size + pixel] =
        (bytes[flat: index] / 255 - means[channel]) / deviations[channel]
    }
    return Tensor(shape: [1, 3, size, size], values)
  }

  private static func value(_ base: UInt64, _ index: Int) -> Float {
    Float(Mixing.splitmix64(base &+ UInt64(index)) >> 40) * 0x1p-23 - 1
  }
}
