import CAMNet

/// What the steps about maps know of the network.
struct MapContext: Sendable {
  let head: ClassActivationHead
  /// The number of most probable classes whose maps are shown.
  let classes: Int

  /// The names that a notebook gives those classes' numbers: `label_1, label_2`.
  var labels: String { (1...classes).map { "label_\($0)" }.joined(separator: ", ") }

  /// The shape of the maps of those classes: (classes, h, w).
  func maps(_ planning: Planning) -> Shape {
    let features = planning.output(of: head.features)
    return [classes, features[1], features[2]]
  }

  /// The shape of those maps at the network's input size: (classes, size, size).
  func enlarged(_ planning: Planning) -> Shape {
    [classes, planning.options.size, planning.options.size]
  }

  func channels(_ planning: Planning) -> Int { planning.output(of: head.features)[3] }

  /// What the words of every step about maps may name.
  func fields(_ planning: Planning) -> Fields {
    let maps = maps(planning)
    return [
      "classifier": head.classifier,
      "channels": Formatted.count(channels(planning)),
      "classes": Formatted.count(planning.model.classNames.count),
      "map": "\(maps[1]) × \(maps[2])", "size": "\(planning.options.size)",
      "has_bias": head.classifierHasBiases, "second": classes > 1,
    ]
  }

  /// What float32 sums of a thousand terms may differ by, relative to their size.
  static let roundingTolerance = 1e-4
}
