import CAMNet

/// How a model's photos are to be prepared.
public enum PreparationRequest: Sendable {
  /// As options say it; where they do not, as what lies beside the network's file does, or the file itself.
  case options(PreparationOptions)
  /// As something was prepared before; as the network's file says it where nil.
  case recorded(RecordedPreparation?)

  /// As nobody said it.
  public static let usual = PreparationRequest.options(PreparationOptions())
}

/// How photos were prepared for a network from a file.
public struct RecordedPreparation: Sendable, Hashable, Codable {
  /// What said it.
  public var origin: PreparationOrigin
  /// The file that said it, by its name; nil where none did.
  public var file: String?
  public var preparation: Preparation
}

extension RecordedPreparation {
  /// How photos are prepared for a model; nil for one that prepares them as it was trained.
  init?(_ model: Model, _ found: FoundPreparation?) {
    guard model.preparation != .network else { return nil }
    self.init(
      origin: model.preparation, file: model.preparation == .file ? found?.file : nil,
      preparation: model.network.preparation)
  }
}

extension PreparationRequest {
  /// What is asked for a network, and what its classes are called where a file beside it says that.
  /// - Parameter path: the network's file, or its weights'; nil where there is none.
  func found(_ path: String?) throws -> (found: FoundPreparation?, classNames: [String]?) {
    switch self {
    case .options(let options):
      let beside = try path.map(PreparationFile.beside)
      return (try options.found() ?? beside?.found, beside?.classNames)
    case .recorded(let recorded):
      let found = recorded.map { FoundPreparation($0.preparation, $0.origin, file: $0.file) }
      return (found, try path.map(PreparationFile.beside)?.classNames)
    }
  }

  /// A model that camreport knows, with its photos prepared as is asked.
  /// - Parameter path: the weights' file; nil for weights that are in none.
  /// - Throws: where something is asked for a network that prepares photos as it was trained.
  func applied(to model: FoundModel, beside path: String?) throws -> FoundModel {
    guard model.model.preparation != .network else {
      if case .options(let options) = self, options != PreparationOptions() {
        throw ModelError.preparesItself(model.model.title)
      }
      return model
    }
    let found = try self.found(path)
    var result = model
    if let size = found.found?.size {
      result.model = result.model.with(defaultSize: size) ?? result.model
    }
    return try result.saying(found.found, found.classNames)
  }
}

extension FoundModel {
  /// The model with its photos prepared and its classes called as something says it.
  func saying(_ found: FoundPreparation?, _ classNames: [String]?) throws -> FoundModel {
    var result = self
    // What the weights were trained with goes before files beside them.
    if let found, let preparation = found.preparation,
      model.preparation != .weights || found.origin == .options
    {
      result.found = found
      result.model = try model.with(preparation, found.origin)
    }
    if model.classNames == nil, let classNames, classNames.count == model.outputs {
      result.model =
        result.model.with(outputs: model.outputs, classNames: classNames) ?? result.model
    }
    return result
  }
}
