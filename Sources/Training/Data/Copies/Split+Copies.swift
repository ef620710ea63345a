extension Split {
  /// Finds the photos of validation that are copies of photos that are trained with, and puts them on that side with the rest of their
  /// group: a group of copies, and of copies of copies, stands on one side. For each, another photo of its class that has no copies is
  /// kept back in its place, the next by the seed, where the class has one and keeps one to train with.
  /// - Parameter moves: whether photos are moved, and not only found.
  /// - Returns: each such photo with one that it is a copy of, in the order of their names; a copy of a copy with a photo of its group.
  public mutating func separate(_ copies: Copies, moves: Bool) -> [DuplicatePair] {
    let trained = Set(training.map(\.photo.path))
    let neighbours = Self.neighbours(copies)
    var reached: [String: DuplicatePair] = [:]
    // From photos that are trained with to their copies, then to those copies' own.
    var waiting = training.map { (path: $0.photo.path, source: $0.photo.path) }[...]
    while let next = waiting.popFirst() {
      for pair in neighbours[next.path] ?? [] {
        guard !trained.contains(pair.second), reached[pair.second] == nil else { continue }
        reached[pair.second] = DuplicatePair(
          training: next.source, validation: pair.second, kind: pair.kind,
          similarity: pair.similarity, moved: moves ? pair.second : nil)
        waiting.append((pair.second, next.source))
      }
    }
    let moved = validation.filter { reached[$0.photo.path] != nil }
    if moves { move(moved, sparing: Set(neighbours.keys)) }
    return moved.compactMap { reached[$0.photo.path] }
  }

  /// The pairs by each of their photos, which comes first in them; the surest first.
  private static func neighbours(_ copies: Copies) -> [String: [Copies.Pair]] {
    var neighbours: [String: [Copies.Pair]] = [:]
    for pair in copies.pairs {
      neighbours[pair.first, default: []].append(pair)
      neighbours[pair.second, default: []].append(
        .init(
          first: pair.second, second: pair.first, kind: pair.kind, similarity: pair.similarity))
    }
    return neighbours.mapValues { $0.sorted { $0.similarity > $1.similarity } }
  }
}
