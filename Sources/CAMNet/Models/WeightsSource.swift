/// Where a model's weights are from, as a command line, a run record and a lock file write it.
public enum WeightsSource: Sendable, Hashable, LosslessStringConvertible {
  /// The weights inside the program.
  case embedded
  /// Weights made from a formula: ``SyntheticWeights``.
  case synthetic(seed: String)
  /// A weights file's path.
  case file(String)

  private static let prefix = "synthetic:"

  /// `embedded`, `synthetic:SEED`, or a path.
  public init(_ text: String) {
    if text == "embedded" {
      self = .embedded
    } else if text.hasPrefix(Self.prefix) {
      self = .synthetic(seed: String(text.dropFirst(Self.prefix.count)))
    } else {
      self = .file(text)
    }
  }

  public var description: String {
    switch self {
    case .embedded: "embedded"
    case .synthetic(let seed): Self.prefix + seed
    case .file(let path): path
    }
  }

  /// The file's path; nil where there is no file.
  public var path: String? {
    if case .file(let path) = self { path } else { nil }
  }

  /// The source with a file's path as `change` gives it.
  public func mappingPath(_ change: (String) throws -> String) rethrows -> WeightsSource {
    if case .file(let path) = self { .file(try change(path)) } else { self }
  }
}
