import Foundation
import TestSupport
import Testing

@Suite struct WeightsCommandTests {
  let folder: Folder

  init() throws {
    folder = try Folder()
  }

  @Test func `inspect lists names, shapes, types and ranges`() throws {
    let outcome = try Command.run(
      "weights", "inspect", Fixture.path("python3-weights.npy"), in: folder)
    #expect(outcome.status == 0)
    let line = try #require(outcome.lines.first { $0.hasPrefix("conv1_1/weights") })
    #expect(line.contains("(3, 3, 3, 4)") && line.contains("float32"))
    #expect(outcome.lines.last == "NumPy .npy, 6 tensors, 309 values")
  }

  @Test func `inspect as JSON gives the same to programs`() throws {
    let outcome = try Command.run(
      "weights", "inspect", "--json", Fixture.path("weights-small.safetensors"), in: folder)
    let listing = try #require(
      try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    let tensors = try #require(listing["tensors"] as? [[String: Any]])
    let b = try #require(tensors.first { $0["name"] as? String == "b" })
    #expect(b["shape"] as? [Int] == [2, 3, 4])
    #expect(b["dtype"] as? String == "float32")
    #expect(b["max"] as? Double == 5.75)
  }

  @Test func `convert writes a file that inspect reads alike`() throws {
    let outcome = try Command.run(
      "weights", "convert", Fixture.path("weights-torch-zip.pth"), "out.safetensors", in: folder)
    #expect(outcome.status == 0)
    #expect(outcome.lines.last == "out.safetensors")
    let original = try Command.run(
      "weights", "inspect", Fixture.path("weights-torch-zip.pth"), in: folder)
    let converted = try Command.run("weights", "inspect", "out.safetensors", in: folder)
    #expect(converted.lines.dropLast() == original.lines.dropLast())
  }

  @Test func `what cannot be read or written is one sentence and exit code 1`() throws {
    for arguments in [
      ["inspect", "nowhere.npy"], ["convert", Fixture.path("weights.npz"), "out.pth"],
      ["convert", Fixture.path("weights.npz"), "no/such/folder/out.npz"],
    ] {
      let outcome = try Command.run(Command.binary, ["weights"] + arguments, in: folder)
      #expect(outcome.status == 1)
      #expect(outcome.errors.hasPrefix("camreport: "))
      #expect(outcome.errors.split(separator: "\n").count == 1)
    }
    #expect(try folder.names() == [])
  }

  @Test func `wrong usage is exit code 64`() throws {
    #expect(try Command.run("weights", "inspect", in: folder).status == 64)
    #expect(try Command.run("weights", "convert", "one.npy", in: folder).status == 64)
  }
}
