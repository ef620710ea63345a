import CAMNet

/// Why a training cannot begin, go on or end well.
public enum TrainingError: Error, Equatable {
  /// A name that options give, of an optimizer or a schedule.
  case unknownName(String, of: String, known: [String])
  /// A layer that is to be trained, and no layer has its name, or it has nothing to train.
  case unknownLayer(String, model: String, known: [String])
  case nothingToTrain(layer: String, model: String)
  /// A layer whose weights are a part of another's.
  case sharedWeights(layer: String, owner: String)
  case noHead(model: String)
  case otherClasses(weights: String, data: String, missing: [String], unknown: [String])
  case resultExists(String)
  case checkpointExists(String)
  case noCheckpoint(String, result: String)
  case damagedCheckpoint(String, reason: String)
  case otherCheckpoint(String, [Difference])
  case diverged(String, Divergence)

  /// Something that a checkpoint's training was given, and this one is given otherwise; the values as a person writes them.
  public struct Difference: Sendable, Equatable {
    public let name: String
    public let then: String
    public let now: String
  }

  /// Where a training's loss became infinite or no number.
  public struct Divergence: Sendable, Hashable {
    /// From 1.
    public let epoch: Int
    /// From 1, in the epoch.
    public let step: Int
    public let learningRate: Double
    /// The file with the weights of the epochs before; nil where there were none.
    public let checkpoint: String?
  }
}

extension TrainingError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unknownName(let name, let kind, let known):
      "'\(name)' is no \(kind)\(NearestNames.suggestion(for: name, among: known))"
    case .unknownLayer(let name, let model, let known):
      "\(model): no layer '\(name)' has weights to train\(NearestNames.suggestion(for: name, among: known))"
    case .nothingToTrain(let layer, let model):
      "\(model): the layer '\(layer)' has nothing to train; name a layer with weights, or 'head' or 'all'"
    case .sharedWeights(let layer, let owner):
      "\(layer): its weights are a part of \(owner)'s; train '\(owner)'"
    case .noHead(let model):
      "\(model): does not end in a product that gives the classes' logits, and cannot be given other classes"
    case .otherClasses(let weights, let data, let missing, let unknown):
      "\(data): its classes are not those of \(weights), which --keep-head needs"
        + Self.list(missing, ": there is no ")
        + Self.list(unknown, missing.isEmpty ? ": it does not know " : ", and it does not know ")
        + "; leave --keep-head out to train a new head"
    case .resultExists(let path):
      "\(path): is there already; name another file, or write over it with --force"
    case .checkpointExists(let path):
      "\(path): is what an interrupted training left; go on with it by --resume, or begin anew with --force"
    case .noCheckpoint(let path, let result):
      "\(path): there is no such checkpoint to go on with, and \(result) is there already; "
        + "name another file, or train anew with --force"
    case .damagedCheckpoint(let path, let reason):
      "\(path): is no checkpoint that can be gone on with: \(reason); begin anew with --force"
    case .otherCheckpoint(let path, let differences):
      "\(path): is of another training: "
        + differences.map { "\($0.name) was \($0.then) and is \($0.now)" }.joined(separator: ", ")
        + "; go on with what was given then, or begin anew with --force"
    case .diverged(let result, let divergence):
      "\(result): is not written: the loss is no number any more in step \(divergence.step) of epoch \(divergence.epoch), "
        + "at a learning rate of \(divergence.learningRate); choose a lower --learning-rate"
        + (divergence.checkpoint.map { ". The weights of the epochs before are in \($0)" } ?? "")
    }
  }

  private static func list(_ names: [String], _ lead: String) -> String {
    guard !names.isEmpty else { return "" }
    let shown = names.prefix(5).map { "'\($0)'" }.joined(separator: ", ")
    return lead + shown + (names.count > 5 ? " and \(names.count - 5) more" : "")
  }
}
