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
