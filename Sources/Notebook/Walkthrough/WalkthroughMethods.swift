import CAMNet

/// A way to make maps of classes, as a walk-through shows it.
protocol WalkthroughMethod: Sendable {
  /// The option's value, and the name of the method's files: `cam`.
  var name: String { get }
  /// The method's own steps, after the network's.
  /// - Parameter classes: of how many of the most probable classes maps are shown.
  func steps(_ head: ClassActivationHead, classes: Int) -> [any WalkthroughStep]
}

/// The methods there are.
public enum WalkthroughMethods {
  /// A line for each method. The first one's maps are those that a report begins with; the others are made where asked for.
  static let all: [any WalkthroughMethod] = [
    ClassActivationMapping()
  ]

  /// The names of the methods that have to be asked for.
  public static let others = all.dropFirst().map(\.name)

  /// The methods of a walk-through: the first, and those that are asked for, in the order in which they are.
  static func chosen(
    _ names: [String], for model: LoadedModel
  ) throws(WalkthroughError) -> [any WalkthroughMethod] {
    var chosen = Array(all.prefix(1))
    for name in names {
      guard let method = all.first(where: { $0.name == name }) else {
        throw .unknownMethod(name, known: others)
      }
      guard !chosen.contains(where: { $0.name == name }) else { throw .duplicateMethod(name) }
      chosen.append(method)
    }
    guard let reason = model.headlessness else { return chosen }
    if let name = names.first { throw .noMap(method: name, reason: reason) }
    return []
  }
}
