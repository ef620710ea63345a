import CAMNet

/// One thing that is not as the lock has it.
public struct Difference: Sendable, Equatable {
  public enum Kind: String, Sendable, Codable {
    case added, removed, renamed, moved, changed
    /// The numbers of a step.
    case numbers
    case predictions
    case inputSize = "input_size"
    /// A comparison that cannot be made.
    case impossible
  }

  public let model: String
  public let kind: Kind
  /// The layer or step it is about; nil for what is about the whole model.
  public let layer: String?
  /// What changed, one a line: `kernel was 3×3, is 5×5`.
  public let details: [String]
  /// Later layers whose shapes or numbers follow from this one.
  public internal(set) var followers: [String] = []

  init(_ model: String, _ kind: Kind, layer: String? = nil, _ details: [String]) {
    self.model = model
    self.kind = kind
    self.layer = layer
    self.details = details
  }

  /// What is different, in a few words.
  public var headline: String {
    let name = layer.map { "layer '\($0)'" } ?? model
    return switch kind {
    case .added: "\(name) was added"
    case .removed: "\(name) was removed"
    case .renamed: "\(name) was renamed"
    case .moved: "\(name) was moved"
    case .changed: "\(name) changed"
    case .numbers: "step '\(layer ?? "")' gives other numbers"
    case .predictions: "the predictions changed"
    case .inputSize: "the input size changed"
    case .impossible: "\(name) cannot be compared"
    }
  }

  /// `and 9 later layers follow from it`
  public var followersLine: String? {
    switch followers.count {
    case 0: nil
    case 1: "and 1 later layer follows from it: \(followers[0])"
    default: "and \(followers.count) later layers follow from it"
    }
  }
}
