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
      file, size: isLast ? (shape[1], shape[2]) : (shape[2], shape[3]),
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

  /// Those that read square pictures of three channels.
  private static let square = [
    "channel-shuffle", "convnext-block", "head-average-pool", "head-vgg", "nhwc-flatten",
    "size-computed",
  ]

  @Test(
    .enabled(if: folder != nil, "the tiny networks are not beside the project"), arguments: square)
  func `class maps are PyTorch's`(name: String) throws {
    let folder = try #require(Self.folder)
    let reference = try JSONDecoder.snakeCase.decode(
      Reference.self, from: Data(contentsOf: folder.appending(path: "\(name).json")))
    let shape = Shape(reference.inputShape)
    let isLast = shape[3] <= 4
    let imported = try ImportedModel(
      ONNXFile(contentsOf: folder.appending(path: "\(name).onnx").path), size: shape[2])
    let own = input(name, shape)
    let values = isLast ? own : Parameter(stored: own, axes: [0, 2, 3, 1]).tensor
    let photo = imported.model.network.unprepared(values)
    try ReferenceMap.expect(
      try #require(reference.maps), imported, photo: photo, within: 1e-4, name)
  }
}
