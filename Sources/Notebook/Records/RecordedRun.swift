import CAMNet
import Foundation
import Training

/// What a run record says ran, found again by its hashes.
public struct RecordedRun: Sendable {
  public let record: RunRecord
  let photo: Photo
  let model: LoadedModel

  /// - Parameters:
  ///   - folders: where files are looked for that are not where the record has them, with all inside them.
  ///   - models: the models that the record may be of.
  public init(contentsOf path: String, folders: [String], models: [Model] = Model.known) throws {
    record = try RunRecord(contentsOf: path)
    guard InputOptions.allows(record.input.size) else {
      throw RecordError.size(file: path, record.input.size)
    }
    // Beside the record, and beside the folder that it lies in.
    let own = LockFile.folder(path)
    let search = FileSearch(places: [".", own, "\(own)/.."], folders: folders)
    let photoFile = try search.find(
      record.image.path, sha256: record.image.sha256, what: "the photo")
    photo = try Photo(contentsOf: photoFile)
    let sha256 = record.weights.sha256
    let weights = try WeightsSource(record.weights.source).mappingPath {
      try search.find($0, sha256: sha256, what: "the weights")
    }
    let classes = try record.options.classNames.map {
      try search.find($0, sha256: nil, what: "the class names")
    }
    let network = try record.network.map {
      try search.find($0.source, sha256: $0.sha256, what: "the network")
    }
    var execution = ExecutionOptions()
    execution.isPrecise = record.options.precise ?? false
    model = try LoadedModel(
      modelName: network ?? record.model, weights: weights, classes: classes, options: execution,
      size: record.input.size, preparation: .recorded(record.input.preparation), models: models)
    guard model.weightsSHA256 == record.weights.sha256 else {
      throw RecordError.otherContents(what: "the weights \(record.weights.source)")
    }
    guard Hashing.sha256(model.classNames) == record.options.classNamesSha256 else {
      throw RecordError.otherContents(what: "the class names")
    }
  }

  /// How the recorded run drew and boxed its maps.
  private var maps: MapOptions {
    guard let placement = record.options.placement else { return .first }
    return MapOptions(
      placement: placement,
      boxThreshold: record.options.boxThreshold ?? BoundingBox.defaultThreshold)
  }

  /// What the recorded run's last section was asked for.
  private var fineTuning: FineTuningOptions {
    var options = FineTuningOptions(
      label: record.options.label, hasGradients: record.options.gradients ?? false)
    // Records of camreport 0.1.0 have no such step.
    options.hasTotal = record.steps.contains { $0.name == TotalLossStep.key }
    return options
  }

  /// Runs it again.
  public func run(version: String, environment: RunRecord.Environment) throws -> RunRecord {
    guard let filter = ResizeFilter(rawValue: record.input.resize) else {
      throw RecordError.filter(record.input.resize)
    }
    let options = InputOptions(size: record.input.size, filter: filter, fitting: record.input.crop)
    let walkthrough = try Walkthrough(
      model: model, options: options, words: try Words(.english, .builtIn),
      methods: record.options.methods ?? [], maps: maps, fineTuning: fineTuning)
    return RunRecord(
      try walkthrough.run(photo), layout: try Layout(.builtIn), version: version, command: [],
      environment: environment)
  }
}

extension RunRecord {
  /// - Throws: ``RecordError`` where the file is not a run record.
  public init(contentsOf path: String) throws {
    let data = try FileBytes(contentsOf: path, as: .record).withUnsafeBytes { Data($0) }
    do {
      self = try JSONDecoder().decode(RunRecord.self, from: data)
    } catch {
      throw RecordError.notARecord(file: path)
    }
  }
}

/// Files found by what is in them.
private struct FileSearch {
  /// Folders whose files are looked at, not those inside them.
  let places: [String]
  /// Folders that are looked through.
  let folders: [String]

  /// The file at a recorded path, or one of the same contents elsewhere.
  /// - Parameter sha256: nil where the name alone counts.
  func find(_ path: String, sha256: String?, what: String) throws -> String {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    var candidates = [path] + places.map { "\($0)/\(name)" }
    for place in places { candidates += files(in: place, like: name) }
    for folder in folders {
      let inside = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String }
      candidates += (inside ?? []).filter { isLike($0, name) }.sorted().map { "\(folder)/\($0)" }
    }
    var seen: Set<String> = []
    for candidate in candidates where seen.insert(candidate).inserted {
      guard FileBytes.isRegular(candidate),
        let file = try? FileBytes(contentsOf: candidate, as: .candidate)
      else { continue }
      if sha256 == nil || Hashing.sha256(file) == sha256 { return candidate }
      // The hash of a file whose values lie in others is of all of them.
      if WeightsStore.format(of: file) == .onnx,
        (try? WeightsStore(file, source: candidate))?.sha256 == sha256
      {
        return candidate
      }
    }
    throw RecordError.notFound(what: what, name: name, sha256: sha256)
  }

  private func files(in folder: String, like name: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { isLike($0, name) }.sorted().map { "\(folder)/\($0)" }
  }

  /// A file may have been renamed, and keeps its ending.
  private func isLike(_ path: String, _ name: String) -> Bool {
    path.split(separator: ".").last?.lowercased() == name.split(separator: ".").last?.lowercased()
  }
}

/// Why a record cannot be run again.
public enum RecordError: Error, CustomStringConvertible {
  case notARecord(file: String)
  case notFound(what: String, name: String, sha256: String?)
  case otherContents(what: String)
  case filter(String)
  case size(file: String, InputSize)
  /// Options of a training that no command line takes.
  case options(file: String, String)

  public var description: String {
    switch self {
    case .notARecord(let file):
      "\(file): is not a run record; camreport writes one as run.json with each report"
    case .notFound(let what, let name, let sha256):
      "\(what) '\(name)' \(sha256.map { "with sha256 \($0.prefix(12))… " } ?? "")cannot be found; "
        + "name a folder to look through with --in"
    case .otherContents(let what):
      "\(what) are not those of the record"
    case .size(let file, let size):
      "\(file): its input size is \(size), not 1 to \(InputOptions.sides.upperBound) pixels a side"
    case .options(let file, let refusal):
      "\(file): its options are none that can be trained by: \(refusal)"
    case .filter(let name):
      "the record's resize filter '\(name)' is not one that camreport knows"
    }
  }
}
