import CAMNet
import Crypto
import Foundation

/// A network's weights after a training, as its result's file holds them: under the names and in the axes of the network's files.
public struct TrainedWeights: Sendable {
  private let tensors: [(name: String, tensor: Tensor)]
  private let metadata: ModelMetadata
  /// How the network's input was made of photos, for other programs; camreport does so by itself.
  private static let preprocessing =
    "upright, squeezed to the input size by Pillow's bicubic resize, RGB 0 to 255"

  /// - Parameters:
  ///   - model: the network with the classes' names.
  ///   - parameters: all of its parameters, the trained ones among them.
  ///   - size: the input size that it was trained at.
  public init(_ model: Model, _ parameters: NetworkParameters, size: InputSize) {
    tensors = model.network.parameters.map {
      (
        model.layout.names($0.name),
        model.layout.fileTensor(of: $0.name, parameters[$0.name].tensor)
      )
    }
    metadata = ModelMetadata(
      model: model.name, title: model.title, classes: model.classNames, size: size,
      preparation: model.preparation == .network ? nil : model.network.preparation)
  }

  /// The SHA-256 of all values in the file's order.
  public var sha256: String {
    var hash = SHA256()
    for (_, tensor) in tensors {
      tensor.withUnsafeElements { hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }
    }
    return hash.finalize().hexadecimal
  }

  /// Whether a file of a path's format says the classes' names, and that it is of this network.
  public static func keepsNames(_ path: String) -> Bool { path.hasSuffix(".safetensors") }

  /// Throws where a path's ending names no format that is written.
  public static func checkFormat(_ path: String) throws {
    guard ["npy", "npz", "safetensors"].contains(path.split(separator: ".").last) else {
      throw WeightsError.unknownOutputFormat(file: path)
    }
  }

  /// The most bytes of a record that a file takes in whole.
  private static let largestRecord = 4 << 20

  /// Writes the file in the format of its ending, onto the disk: a safetensors file with the record of the training, which holds
  /// what is said of single photos unless that is very much; or the notebook's `.npy`, or `.npz`, of the values alone.
  public func write(to path: String, record: TrainingRecord) throws {
    try Self.checkFormat(path)
    guard Self.keepsNames(path) else {
      try WeightsStore(source: path, tensors: tensors).write(to: path, isDurable: true)
      return
    }
    var texts = metadata.texts
    texts["preprocessing"] = Self.preprocessing
    texts["data_sha256"] = record.data.sha256
    var json = try record.json()
    if json.count > Self.largestRecord {
      var short = record
      short.evaluation?.photos = []
      short.data.skipped = []
      short.data.duplicates = []
      json = try short.json()
    }
    texts["record"] = String(decoding: json, as: UTF8.self)
    try WeightsStore.writeSafetensors(tensors, metadata: texts, to: path)
  }
}
