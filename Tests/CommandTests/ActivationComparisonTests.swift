import CAMNet
import Foundation
import ONNX
import TestSupport
import Testing

/// A run held against what another program saved of each module.
@Suite struct ActivationComparisonTests {
  /// A network, a photo, and a folder of what the network's operations give one by one, as hooks save it.
  private func folder(
    _ change: (inout [String: Tensor]) -> Void = { _ in }
  ) throws -> Folder {
    let folder = try Folder()
    let bytes = ONNXWriter.small().bytes
    try folder.write("net.onnx", bytes)
    let photo = SyntheticWeights(seed: "own").image(width: 8, height: 8)
    try folder.write("photo.bmp", photo.bmpData)
    let (means, deviations): ([Float], [Float]) = (
      [123.675, 116.28, 103.53], [58.395, 57.12, 57.375]
    )
    let prepared = Tensor(
      shape: [1, 3, 8, 8],
      (0..<192).map { index in
        let (channel, pixel) = (index / 64, index % 64)
        return (photo.tensor[flat: pixel * 3 + channel] - means[channel]) / deviations[channel]
      })
    var arrays = ["input": prepared]
    let names = [
      "c": "layer1.0.conv1", "r": "layer1.0.relu", "a": "layer1.0", "p": "avgpool", "g": "fc",
    ]
    let file = try ONNXFile(FileBytes(bytes, name: "net.onnx"))
    try ImportedGraph(file).run(prepared) { name, value in
      if let module = names[name] {
        arrays[module] = Tensor(shape: value.shape, value.numbers.map { Float($0) })
      }
    }
    change(&arrays)
    try FileManager.default.createDirectory(
      at: folder.url.appending(path: "theirs"), withIntermediateDirectories: true)
    for (name, tensor) in arrays {
      try folder.write("theirs/\(name).npy", tensor.npyData())
    }
    return folder
  }

  private func compare(_ folder: Folder, _ arguments: String...) throws -> Command.Outcome {
    try Command.run(
      Command.binary, ["photo.bmp", "--model", "net.onnx", "--compare", "theirs"] + arguments,
      in: folder)
  }

  @Test func `what is the same is said to be`() throws {
    let outcome = try compare(folder())
    #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    #expect(outcome.output.contains("The prepared photo is that of input.npy"))
    #expect(outcome.output.contains("No layer of 4 gives anything else"))
  }

  @Test func `the first layer that gives something else is named`() throws {
    let folder = try folder {
      for name in ["layer1.0", "avgpool", "fc"] {
        if let tensor = $0[name] {
          $0[name] = Tensor(shape: tensor.shape, tensor.elements.map { $0 + 1 })
        }
      }
    }
    let outcome = try compare(folder)
    #expect(outcome.status == 1)
    #expect(
      outcome.output.contains(
        "They part at layer1_0_add, which gives something else than layer1.0.npy"))
  }

  @Test func `another preparation is told from other layers`() throws {
    let outcome = try compare(folder(), "--preprocess", "raw")
    #expect(outcome.output.contains("The photo is prepared otherwise than input.npy was"))
    let without = try folder { $0["input"] = nil }
    let blind = try compare(without, "--preprocess", "half")
    #expect(blind.status == 1)
    #expect(blind.output.contains("the photo may be prepared otherwise"))
  }

  @Test func `what a file merged into a convolution is found under its name`() throws {
    let folder = try folder {
      $0["layer1.0.bn1"] = $0["layer1.0.conv1"]
      if let tensor = $0["layer1.0.conv1"] {
        $0["layer1.0.conv1"] = Tensor(shape: tensor.shape, tensor.elements.map { 2 * $0 - 1 })
      }
    }
    let outcome = try compare(folder)
    #expect(outcome.status == 0, "\(outcome.output)")
    #expect(outcome.lines.contains { $0.hasPrefix("layer1.0.bn1.npy") })
  }

  @Test func `a folder of other things is refused`() throws {
    let folder = try folder { $0 = [:] }
    let outcome = try compare(folder)
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("holds no .npy file"))
  }
}
