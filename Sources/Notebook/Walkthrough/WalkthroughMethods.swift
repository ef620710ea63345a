import CAMNet

/// An explanation method as a walk-through shows it.
protocol WalkthroughMethod: ExplanationMethod {
  /// The method's own steps, after the network's and those of the methods before it.
  func steps(_ context: MapContext) -> [any WalkthroughStep]
}

/// The methods that a walk-through can show.
public enum WalkthroughMethods {
  /// A line for each method. The first one's maps are those that a report begins with; the others are made where asked for.
  static let all: [any WalkthroughMethod] = [
    ClassActivationMapping(),
    GradCAM(),
  ]

  /// The names of the methods that have to be asked for.
  public static let others = all.dropFirst().map(\.name)

  /// Sees that each name is one of ``others``, and asked for once.
  public static func check(_ names: [String]) throws(WalkthroughError) {
    var seen: Set<String> = []
    for name in names {
      guard others.contains(name) else { throw .unknownMethod(name, known: others) }
      guard seen.insert(name).inserted else { throw .duplicateMethod(name) }
    }
  }

  /// The methods of a walk-through: the first, and those that are asked for, in the order in which they are; none for a network
  /// without a head.
  static func chosen(
    _ names: [String], for model: LoadedModel
  ) throws(WalkthroughError) -> [any WalkthroughMethod] {
    try check(names)
    if let reason = model.headlessness {
      if let name = names.first { throw .noMap(method: name, reason: reason) }
      return []
    }
    return all.prefix(1) + names.compactMap { name in all.first { $0.name == name } }
  }
}
