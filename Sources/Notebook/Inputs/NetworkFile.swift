import CAMNet
import Foundation
import ONNX

/// Networks of one's own, each in an ONNX file.
public enum NetworkFile {
  /// How such a file's name ends.
  static let ending = ".onnx"

  /// Whether a model's name is that of a file or folder: one with an ending or a folder in it, or of one that is there, unless a
  /// model has that name.
  public static func isNamed(_ name: String, among models: [Model] = Model.known) -> Bool {
    guard !models.contains(where: { $0.name == name }) else { return false }
    return name.contains("/") || name.contains(".") || FileManager.default.fileExists(atPath: name)
  }

  /// What the network in a file is called: the file's name without folder and ending.
  static func name(_ path: String) -> String {
    FileName.stem(of: path)
  }

  /// The network in a file, with its photos prepared as is asked.
  /// - Parameter size: the input size where the file leaves it open; nil for what a file beside it says, else 224 pixels a side.
  static func read(
    _ path: String, size: InputSize?, _ request: PreparationRequest
  ) throws -> FoundModel {
    try found(ONNXFile(contentsOf: path), path, size: size, request)
  }

  /// The network in a file; nil where the file holds weights alone.
  static func network(
    in file: FileBytes, _ path: String, size: InputSize?, _ request: PreparationRequest
  ) throws -> FoundModel? {
    guard ONNXFile.looksLike(file) else { return nil }
    return try found(ONNXFile(file), path, size: size, request)
  }

  private static func found(
    _ file: ONNXFile, _ path: String, size: InputSize?, _ request: PreparationRequest
  ) throws -> FoundModel {
    let (found, classNames) = try request.found(path)
    let imported = try ImportedModel(file, size: size ?? found?.size, reserved: reserved)
    return try FoundModel(
      model: imported.model, weights: .file(path), store: imported.store,
      sources: imported.sources
    ).saying(found, classNames)
  }

  /// The files that a name stands for: itself, or the networks in the folder of that name, by their names.
  public static func files(_ name: String) throws -> [String] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: name, isDirectory: &isFolder), isFolder.boolValue
    else { return [name] }
    let folder = name.hasSuffix("/") ? String(name.dropLast()) : name
    let files = try FileManager.default.contentsOfDirectory(atPath: name)
      .filter { $0.hasSuffix(ending) }.sorted()
    guard !files.isEmpty else { throw NetworkFileError.emptyFolder(name) }
    return files.map { "\(folder)/\($0)" }
  }

  /// The names that steps have, and what a notebook needs: no layer is called so.
  private static let reserved: Set<String> = {
    let parts = Words.parts(TemplateFiles.ownText(Language.english.fileName))
    return PythonNames.functions.union(parts.map(\.key))
      .union(ParameterRole.allCases.map(\.variable))
  }()
}

/// A model and its weights, and how its photos are prepared where something beside it says that.
struct FoundModel {
  var model: Model
  var weights: WeightsSource
  var store: WeightsStore
  var found: FoundPreparation?
  /// ``ImportedModel/sources`` of a network from a file; nil for others.
  var sources: [String: [String]]?
  /// What holds the network, where the weights are from elsewhere.
  var network: WeightsStore?

  var preparation: RecordedPreparation? { RecordedPreparation(model, found) }
}

/// Why there are no networks where some were named.
enum NetworkFileError: Error, CustomStringConvertible {
  case emptyFolder(String)
  case sameName(String, String, String)

  var description: String {
    switch self {
    case .emptyFolder(let folder):
      "\(folder): holds no file that ends in \(NetworkFile.ending)"
    case .sameName(let name, let one, let other):
      "\(one) and \(other): are both called '\(name)'; lock them in a file each"
    }
  }
}
