import CAMNet
import Foundation

extension LoadedModel {
  /// The number of a class that a person calls by its name, by one of the name's synonyms, which commas part, or by its number.
  /// Capitals do not matter, and names go before numbers.
  public func classIndex(of label: String) throws(LabelError) -> Int {
    let wanted = Self.folded(label)
    let names = classNames.map { name in
      (whole: Self.folded(name), synonyms: name.split(separator: ",").map { Self.folded($0) })
    }
    let called = [
      names.indices.filter { names[$0].whole == wanted },
      names.indices.filter { names[$0].synonyms.contains(wanted) },
    ]
    if let found = called.first(where: { !$0.isEmpty }) {
      guard found.count == 1 else {
        throw .several(label, found.map { ($0, classNames[$0].beginning) }, model: model.name)
      }
      return found[0]
    }
    if let number = Int(wanted), names.indices.contains(number) { return number }
    throw .unknown(
      label,
      known: classNames.flatMap { $0.split(separator: ",") }.map {
        $0.trimmingCharacters(in: .whitespaces).beginning
      }, classes: classNames.count, model: model.name)
  }

  private static func folded(_ name: some StringProtocol) -> String {
    name.trimmingCharacters(in: .whitespaces).lowercased()
  }
}

/// Why a label is not one of a model's classes.
public enum LabelError: Error, CustomStringConvertible {
  case unknown(String, known: [String], classes: Int, model: String)
  case several(String, [(index: Int, name: String)], model: String)

  public var description: String {
    switch self {
    case .unknown(let label, _, 0, let model):
      "label '\(label.beginning)': \(model) names no classes"
    case .unknown(let label, let known, let classes, let model):
      "label '\(label.beginning)': \(model) has no class of this name, nor of this number from 0 to "
        + "\(classes - 1)" + NearestNames.suggestion(for: label, among: Set(known))
    case .several(let label, let classes, let model):
      "label '\(label.beginning)': \(model) has several classes of this name; give the number: "
        + classes.map { "\($0.index) (\($0.name))" }.joined(separator: ", ")
    }
  }
}
