import CAMNet
import Foundation
import ONNX
import TestSupport
import Testing

/// Networks of a few nodes, one for each thing that an import meets, held against ONNX Runtime's value of every node.
@Suite struct TinyNetworkTests {
  struct Reference: Decodable {
    let inputShape: [Int]
    let samples: Int
    let outputs: [String]
    let values: [String: ReferenceValue]
    let maps: [ReferenceMap]?
  }

  /// The networks with operations that no layer of camreport's own does, or that stand where none reads feature maps.
  private static let plain: Set = [
    "residual"
  ]

  private static let folder = Fixture.reference("onnx/tiny")

  private static var names: [String] {
    guard let folder else { return [] }
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".onnx") }.map { String($0.dropLast(5)) }.sorted()
  }

  @Test(.enabled(if: folder != nil, "the tiny networks are not beside the project"))
  func `there are 48`() {
    #expect(Self.names.count == 48)
  }

  @Test(
    .enabled(if: folder != nil, "the tiny networks are not beside the project"), arguments: names)
  func `every value is ONNX Runtime's`(name: String) throws {
    let folder = try #require(Self.folder)
    let reference = try JSONDecoder.snakeCase.decode(
      Reference.self, from: Data(contentsOf: folder.appending(path: "\(name).json")))
    let file = try ONNXFile(contentsOf: folder.appending(path: "\(name).onnx").path)
    let shape = Shape(reference.inputShape)
    let isLast = shape[3] <= 4
    let graph = try ImportedGraph(
      file, size: InputSize(height: shape[isLast ? 1 : 2], width: shape[isLast ? 2 : 3]),
      outputs: reference.outputs + reference.values.keys.sorted())
    #expect(graph.input.shape == shape)
    let input = input(name, shape)
    var seen: Set<String> = []
    try graph.run(input) { key, value in
      guard let expected = reference.values[key] else { return }
      seen.insert(key)
      expected.expect(value, within: 1e-5, "\(name), \(key)")
    }
    let missing = Set(reference.values.keys).subtracting(seen)
    #expect(missing.isEmpty, "\(name)")
    try checkLayers(file, input, isLast, reference, name)
  }

  /// Expects the network of layers to give the same, with nothing done to the input before, and PyTorch's class maps.
  private func checkLayers(
    _ file: ONNXFile, _ input: Tensor, _ isLast: Bool, _ reference: Reference, _ name: String
  ) throws {
    let size = InputSize(
      height: input.shape[isLast ? 1 : 2], width: input.shape[isLast ? 2 : 3])
    let imported = try ImportedModel(file, size: size)
    let model = try imported.model.with(.raw, .options)
    let pixels = size.height * size.width
    let channels = input.count / pixels
    // What reads one channel is given it three times.
    let photo = Tensor(
      shape: Network.inputShape(size),
      (0..<pixels * 3).map { index in
        let (pixel, channel) = (index / 3, channels == 1 ? 0 : index % 3)
        return input[flat: isLast ? pixel * channels + channel : channel * pixels + pixel]
      })
    var options = ExecutionOptions()
    options.isPrecise = true
    let executor = Executor(
      model.network, parameters: try NetworkParameters(imported.store, for: model),
      options: options)
    try executor.withForwardPass(photo, keeping: .all) { pass in
      try pass.finish()
      for (key, place) in imported.values {
        guard let expected = reference.values[key], let output = pass.kept[place.layer] else {
          continue
        }
        let value = place.isChannelsLast ? AxisOrder.channelsFirst.shown(output) : output
        expected.expect(
          .floats(value.reshaped(Shape(expected.shape))), within: 2e-5, "\(name), \(key)")
      }
    }
    // No other network may come to have an operation that runs plainly.
    let isPlain = model.network.layers.contains { $0.kind is PlainOperation }
    #expect(isPlain == Self.plain.contains(name), "\(name)")
    if let maps = reference.maps {
      try ReferenceMap.expect(maps, imported, model, photo: photo, within: 1e-4, name)
    }
  }

  private func input(_ name: String, _ shape: Shape) -> Tensor {
    let base = Mixing.fnv1a64("tiny/\(name)/input")
    return Tensor(
      shape: shape,
      (0..<shape.elementCount).map { index in
        let value = Float(Mixing.splitmix64(base &+ UInt64(index)) >> 40) * 0x1p-23 - 1
        return name == "normalizes-itself" ? ((value + 1) * 127.5).rounded(.down) : value
      })
  }
}
