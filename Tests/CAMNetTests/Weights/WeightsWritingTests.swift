import CAMNet
import Foundation
import TestSupport
import Testing

@Suite struct WeightsWritingTests {
  private static let sources = [
    "python3-weights.npy", "weights.npz", "weights-mixed5.npy", "weights-torch-legacy.pth",
    "weights-small.safetensors",
  ]

  @Test(arguments: sources, ["npy", "npz", "safetensors"])
  func `what is written reads back the same, types included`(source: String, ending: String) throws
  {
    let store = try WeightsStore(contentsOf: Fixture.path(source))
    let path = FileManager.default.temporaryDirectory
      .appending(path: "\(UUID().uuidString).\(ending)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    if ending != "safetensors", store.entries.contains(where: { $0.scalarType == .bfloat16 }) {
      #expect(
        throws: WeightsError.noTypeInFormat(file: store.source, type: .bfloat16, name: "bfloat")
      ) {
        try store.write(to: path)
      }
      return
    }
    try store.write(to: path)
    let again = try WeightsStore(contentsOf: path)
    #expect(Set(again.entries) == Set(store.entries))
    for entry in store.entries {
      let (found, expected) = (
        try again.tensor(named: entry.name), try store.tensor(named: entry.name)
      )
      #expect(found.elements == expected.elements)
    }
  }

  @Test func `the same arrays give the same bytes`() throws {
    let store = try WeightsStore(contentsOf: Fixture.path("weights.npz"))
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for ending in ["npy", "npz", "safetensors"] {
      let urls = ["a", "b"].map { folder.appending(path: "\($0).\(ending)") }
      for url in urls { try store.write(to: url.path) }
      #expect(try Data(contentsOf: urls[0]) == Data(contentsOf: urls[1]))
    }
  }

  @Test func `what a safetensors file says beside its arrays is read, and kept by another`() throws
  {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let texts = [
      "classes": "[\"a \\\"b\\\"\",\"고양이\"]", "model": "efficientnet-lite0", "other": "\n",
    ]
    let tensors = [("first", Tensor(shape: [2], [1, 2])), ("second", Tensor(shape: [], [3]))]
    let (one, two) = (folder.path + "/one.safetensors", folder.path + "/two.safetensors")
    try WeightsStore.writeSafetensors(tensors, metadata: texts, to: one)
    let store = try WeightsStore(contentsOf: one)
    #expect(store.metadata == texts)
    #expect(ModelMetadata(store.metadata).classes == ["a \"b\"", "고양이"])
    #expect(try store.tensor(named: "first").elements == [1, 2])
    try store.write(to: two)
    #expect(try Data(contentsOf: URL(filePath: one)) == Data(contentsOf: URL(filePath: two)))
  }

  /// Writes arrays of one value with these names, and gives the sentence that refuses them.
  private func refusal(_ names: [String], ending: String) throws -> String? {
    let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).\(ending)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let tensor = Tensor(shape: [1], [1])
    do {
      try WeightsStore(source: "store", tensors: names.map { ($0, tensor) }).write(to: path)
    } catch {
      #expect(!FileManager.default.fileExists(atPath: path))
      return "\(error)"
    }
    #expect(try Set(WeightsStore(contentsOf: path).entries.map(\.name)) == Set(names))
    return nil
  }

  @Test func `names that a format cannot hold are refused, and others come back`() throws {
    let long = String(repeating: "n", count: 65_532)
    #expect(
      try refusal([long], ending: "npz")?.contains("65532 bytes is longer than a zip") ?? false)
    #expect(try refusal([String(long.dropLast())], ending: "npz") == nil)
    #expect(
      try refusal(["__metadata__"], ending: "safetensors")?.contains("'__metadata__'") ?? false)
    #expect(
      try refusal(["a/b", "a"], ending: "npy")?.contains("'a' is both an array and") ?? false)
    for ending in ["npy", "npz", "safetensors"] {
      #expect(try refusal(["a", "/x", "x", "a b/", "c/d/e", "c/d"], ending: ending) == nil)
    }
  }

  @Test func `two arrays of one name are shown apart and not written`() throws {
    let store = WeightsStore(
      source: "store",
      tensors: [("a", Tensor(shape: [2], [1, 2])), ("b", Tensor(shape: [1], [3]))])
    var bytes = try store.npzData()
    for place in bytes.indices where bytes[place...].starts(with: Array("b.npy".utf8)) {
      bytes[place] = UInt8(ascii: "a")
    }
    let twice = try WeightsStore(FileBytes(bytes, name: "file"), source: "file")
    #expect(twice.entries.map(\.shape) == [[2], [1]])
    #expect(try twice.tensor(at: 0).elements == [1, 2])
    #expect(try twice.tensor(at: 1).elements == [3])
    #expect(try twice.tensor(named: "a").elements == [3])
    let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).npz").path
    let error = #expect(throws: WeightsError.self) { try twice.write(to: path) }
    #expect(error?.description.contains("two arrays of file are named 'a'") ?? false)
  }

  @Test func `an ending that names no format is refused`() throws {
    let store = try WeightsStore(contentsOf: Fixture.path("weights.npz"))
    #expect(throws: WeightsError.unknownOutputFormat(file: "weights.pth")) {
      try store.write(to: "weights.pth")
    }
  }

  @Test func `a tensor's npy file begins its values at a multiple of 64 bytes`() throws {
    let tensor = Tensor(shape: [2, 3], [0, 1, 2, 3, 4, 5])
    let bytes = tensor.npyData()
    #expect((bytes.count - 24) % 64 == 0)
    let store = try WeightsStore(FileBytes(bytes, name: "tensor.npy"), source: "tensor.npy")
    #expect(try store.tensor(named: "array").elements == tensor.elements)
  }
}
