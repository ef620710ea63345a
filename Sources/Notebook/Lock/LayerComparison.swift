import CAMNet

/// A model's layers as they were and as they are: which differences begin where, and which only follow.
public struct LayerComparison: Sendable {
  /// The differences in the network's order, so that the first is where it begins.
  public let differences: [Difference]
  /// Names of layers that are as they were.
  public let unchanged: [String]

  /// - Parameter sizes: the input size as it was and as it is.
  public init(
    model: String, was: [LockedLayer], now: [LockedLayer],
    sizes: (was: InputSize, now: InputSize) = (0, 0)
  ) {
    let renamed = Self.renames(was, now)
    let oldByName = Dictionary(
      was.map { (renamed[$0.name] ?? $0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let places = Self.places(now.map(\.name))
    let moved = Self.moved(was.map { renamed[$0.name] ?? $0.name }, now.map(\.name))

    var found: [(position: Int, difference: Difference)] = []
    // The beginning that each name's difference follows from: layers, removed layers, and the network's input.
    var origin: [String: Int] = [:]
    var unchanged: [String] = []

    if sizes.was != sizes.now {
      for input in Set(now.flatMap(\.inputs)) where places[input] == nil { origin[input] = 0 }
      let detail = "input size was \(sizes.was.text), is \(sizes.now.text)"
      found.append((-1, Difference(model, .inputSize, [detail])))
    }
    // A layer that is gone stands where the next layer that is still there stands, before it.
    var next = now.count
    var removed: [(position: Int, layer: LockedLayer)] = []
    for old in was.reversed() {
      if let place = places[renamed[old.name] ?? old.name] {
        next = place
      } else {
        removed.append((next, old))
      }
    }
    for (position, old) in removed.reversed() {
      origin[old.name] = found.count
      found.append((position, Difference(model, .removed, layer: old.name, Self.summary(old))))
    }

    for (position, layer) in now.enumerated() {
      func begin(_ kind: Difference.Kind, _ details: [String], follows: Bool = true) {
        if follows { origin[layer.name] = found.count }
        found.append((position, Difference(model, kind, layer: layer.name, details)))
      }
      guard let old = oldByName[layer.name] else {
        begin(.added, Self.summary(layer))
        continue
      }
      let inputsWere = old.inputs.map { renamed[$0] ?? $0 }
      let rewired = Set(inputsWere).symmetricDifference(layer.inputs)
      // Reading another layer follows where the one it read is gone, or the one it reads is new.
      let rewiring = rewired.lazy.compactMap { name in
        oldByName[name] == nil || places[name] == nil ? origin[name] : nil
      }
      .first
      let inputs =
        inputsWere == layer.inputs || rewiring != nil
        ? []
        : [
          "inputs were \(inputsWere.joined(separator: ", ")), "
            + "are \(layer.inputs.joined(separator: ", "))"
        ]
      let own = Self.ownChanges(old, layer) + inputs
      let shapes = Self.shapeChanges(old, layer)
      let cause = rewiring ?? layer.inputs.lazy.compactMap { origin[$0] }.first
      if old.name != layer.name {
        let name = "name was \(old.name), is \(layer.name)"
        begin(.renamed, [name] + own + shapes, follows: !shapes.isEmpty)
      } else if !own.isEmpty {
        begin(.changed, own + shapes, follows: !shapes.isEmpty)
      } else if moved.contains(layer.name) && rewiring == nil {
        begin(
          .moved, ["its place in the order is another"] + shapes, follows: !shapes.isEmpty)
      } else if !shapes.isEmpty || rewiring != nil {
        if let cause {
          if !shapes.isEmpty { origin[layer.name] = cause }
          found[cause].difference.followers.append(layer.name)
        } else {
          // Nothing it reads differs, and yet it does: it is a beginning of its own.
          begin(.changed, shapes)
        }
      } else {
        unchanged.append(layer.name)
      }
    }
    differences = found.enumerated()
      .sorted {
        ($0.element.position, $0.offset) < ($1.element.position, $1.offset)
      }
      .map(\.element.difference)
    self.unchanged = unchanged
  }

  // MARK: One layer

  /// What the layer itself fixes and that is another now.
  private static func ownChanges(_ old: LockedLayer, _ new: LockedLayer) -> [String] {
    var changes: [String] = []
    if old.operation != new.operation {
      changes.append("operation was \(old.operation), is \(new.operation)")
    }
    for key in Set(old.settings.keys).union(new.settings.keys).sorted()
    where old.settings[key] != new.settings[key] {
      let (was, now) = (old.settings[key] ?? "none", new.settings[key] ?? "none")
      changes.append("\(key) was \(was), is \(now)")
    }
    return changes
  }

  private static func shapeChanges(_ old: LockedLayer, _ new: LockedLayer) -> [String] {
    var changes: [String] = []
    if old.inputShape != new.inputShape {
      changes.append("input shape was \(list(old.inputShape)), is \(list(new.inputShape))")
    }
    if old.outputShape != new.outputShape {
      changes.append("output shape was \(old.outputShape), is \(new.outputShape)")
    }
    if old.arithmetic != new.arithmetic {
      let (was, now) = (
        old.arithmetic.joined(separator: "; "), new.arithmetic.joined(separator: "; ")
      )
      changes.append(
        "arithmetic was \(was.isEmpty ? "none" : was), is \(now.isEmpty ? "none" : now)")
    }
    if old.parameters != new.parameters {
      changes.append(
        "parameters were \(Formatted.count(old.parameters)), are \(Formatted.count(new.parameters))"
      )
    }
    if let was = old.receptiveField, was != new.receptiveField {
      changes.append(
        "receptive field was \(was.text), is \(new.receptiveField?.text ?? "not one for all places")"
      )
    }
    return changes
  }

  private static func list(_ shapes: [Shape]) -> String {
    shapes.map(\.description).joined(separator: " and ")
  }

  private static func summary(_ layer: LockedLayer) -> [String] {
    ["\(layer.operation), output shape \(layer.outputShape)"]
  }

  // MARK: The order

  /// New names of old layers: a layer that is gone and one that is new are one renamed where they are alike in everything
  /// but the name and stand between the same neighbours.
  private static func renames(_ was: [LockedLayer], _ now: [LockedLayer]) -> [String: String] {
    let oldNames = Set(was.map(\.name))
    let places = places(now.map(\.name))
    var renamed: [String: String] = [:]
    for (index, old) in was.enumerated() where places[old.name] == nil {
      let before = index > 0 ? renamed[was[index - 1].name] ?? was[index - 1].name : nil
      // The one layer that stands behind the same other.
      let position = before.map { places[$0].map { $0 + 1 } ?? now.count } ?? 0
      guard position < now.count else { continue }
      let new = now[position]
      if !oldNames.contains(new.name), new.operation == old.operation, new.settings == old.settings,
        new.inputs == old.inputs.map({ renamed[$0] ?? $0 })
      {
        renamed[old.name] = new.name
      }
    }
    return renamed
  }

  /// Where each name stands.
  private static func places(_ names: [String]) -> [String: Int] {
    Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Layers that stand elsewhere: those outside a longest run of names that keeps its order.
  private static func moved(_ was: [String], _ now: [String]) -> Set<String> {
    let places = places(was)
    let common = now.filter { places[$0] != nil }
    let sequence = common.compactMap { places[$0] }
    // Longest increasing subsequence: the elements by the length of the longest one that ends at them, which fall in each list.
    var ends: [[Int]] = []
    var previous = [Int?](repeating: nil, count: sequence.count)
    for (index, place) in sequence.enumerated() {
      let length = ends.partitioningIndex { sequence[$0[$0.count - 1]] >= place }
      if length > 0 {
        let shorter = ends[length - 1]
        previous[index] = shorter[shorter.partitioningIndex { sequence[$0] < place }]
      }
      if length == ends.count { ends.append([]) }
      ends[length].append(index)
    }
    var kept: Set<String> = []
    var next = ends.last?.first
    while let index = next {
      kept.insert(common[index])
      next = previous[index]
    }
    return Set(common).subtracting(kept)
  }
}

extension Array {
  /// The first index whose element is of the second part, in an array in two parts.
  fileprivate func partitioningIndex(_ isSecond: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isSecond(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
