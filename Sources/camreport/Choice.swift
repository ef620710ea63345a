import ArgumentParser
import CAMNet
import Notebook

/// One of some names, which a person may write in capitals too.
public protocol Choice: ExpressibleByArgument, RawRepresentable<String> {
  static var choices: [Self] { get }
}

extension Choice {
  public init?(argument: String) {
    guard let choice = Self.choices.first(where: { $0.rawValue.isSame(as: argument) }) else {
      return nil
    }
    self = choice
  }

  public static var allValueStrings: [String] { choices.map(\.rawValue) }
  public static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }
}

extension Choice where Self: CaseIterable {
  public static var choices: [Self] { Array(allCases) }
  public static var allValueStrings: [String] { choices.map(\.rawValue) }
  public static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }
}

extension String {
  /// Whether two names differ in capitals alone.
  func isSame(as other: String) -> Bool { lowercased() == other.lowercased() }
}

extension Language: Choice {}
extension Paper: Choice {}
extension Placement: Choice {}
extension ResizeFilter: Choice {}
extension LayerTableFormat: Choice {}
extension LayerAlgorithm: Choice {}

/// A network by its name, or by its file.
struct ModelName: Choice {
  let rawValue: String

  init(rawValue: String) {
    self.rawValue = rawValue
  }

  init?(argument: String) {
    if let known = Model.known.first(where: { $0.name.isSame(as: argument) }) {
      rawValue = known.name
    } else if NetworkFile.isNamed(argument) {
      rawValue = argument
    } else {
      return nil
    }
  }

  static var choices: [ModelName] { Model.all.map { ModelName(rawValue: $0.name) } }
}

/// A method of explanation that has to be asked for.
struct MethodName: Choice {
  let rawValue: String

  static var choices: [MethodName] { WalkthroughMethods.others.map(MethodName.init) }
}
