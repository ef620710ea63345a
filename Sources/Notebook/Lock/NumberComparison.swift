import CAMNet

/// A run's numbers as they were and as they are, within a tolerance.
struct NumberComparison {
  let model: String
  /// The relative l2 difference that is let pass.
  let tolerance: Double

  /// Steps that give other numbers, those that only follow folded into the first.
  func differences(
    was: LockedRun, now: LockedRun, layers: [LockedLayer]
  ) -> [Difference] {
    var found: [Difference] = []
    var origin: [String: Int] = [:]
    let new = Dictionary(now.steps.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let inputs = Dictionary(
      layers.map { ($0.name, $0.inputs) }, uniquingKeysWith: { first, _ in first })
    var last: Int?
    for old in was.steps {
      guard let step = new[old.name] else {
        found.append(
          Difference(
            model, .impossible, layer: old.name, ["the run has no step of this name"]))
        continue
      }
      let details = compare(old, step)
      guard !details.isEmpty else { continue }
      // A layer follows from what it reads; other steps, from the last that differed.
      let cause =
        inputs[old.name].map { $0.lazy.compactMap { origin[$0] }.first } ?? last
      if let cause {
        origin[old.name] = cause
        found[cause].followers.append(old.name)
      } else {
        origin[old.name] = found.count
        last = found.count
        found.append(Difference(model, .numbers, layer: old.name, details))
      }
    }
    return found + predictions(was.predictions, now.predictions)
  }

  private func compare(_ old: Fingerprint, _ new: Fingerprint) -> [String] {
    guard old.shape == new.shape, old.values.count == new.values.count else {
      return ["output shape was \(old.shape), is \(new.shape)"]
    }
    var details: [String] = []
    let difference = relativeL2(new.values.map(Double.init), old.values.map(Double.init))
    if !(difference <= tolerance) {
      details.append(
        "\(old.values.count) values differ by \(Formatted.significant(difference, 2)) "
          + "(relative l2; \(Formatted.significant(tolerance, 2)) is let pass)")
    }
    // Relative to the output's size, since a mean may be close to zero.
    let count = Double(max(old.shape.elementCount, 1))
    let size = max(old.l2 / count.squareRoot(), 1e-30)
    for (name, was, now, scale) in [
      ("mean", old.mean, new.mean, size), ("std", old.std, new.std, size),
      ("l2", old.l2, new.l2, max(old.l2, 1e-30)),
    ] where !(abs(now - was) <= tolerance * scale) {
      details.append(
        "\(name) was \(Formatted.significant(was, 6)), is \(Formatted.significant(now, 6))")
    }
    return details
  }

  private func predictions(
    _ was: [LockedRun.Prediction], _ now: [LockedRun.Prediction]
  ) -> [Difference] {
    let logits = (was.map { Double($0.logit) }, now.map { Double($0.logit) })
    guard
      was.map(\.index) != now.map(\.index) || was.map(\.label) != now.map(\.label)
        || !(relativeL2(logits.1, logits.0) <= tolerance)
    else { return [] }
    let details = (0..<max(was.count, now.count)).compactMap { rank -> String? in
      let old = was.indices.contains(rank) ? text(was[rank]) : "none"
      let new = now.indices.contains(rank) ? text(now[rank]) : "none"
      return old == new ? nil : "number \(rank + 1) was \(old), is \(new)"
    }
    return [Difference(model, .predictions, details)]
  }

  private func text(_ prediction: LockedRun.Prediction) -> String {
    "\(prediction.label) (logit \(Formatted.significant(Double(prediction.logit), 6)), "
      + "\(Formatted.percent(prediction.probability)))"
  }

  private func relativeL2(_ found: [Double], _ expected: [Double]) -> Double {
    guard found.count == expected.count else { return .infinity }
    let norm = { (values: [Double]) in values.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    let difference = norm(zip(found, expected).map { $0 - $1 })
    return difference == 0 ? 0 : difference / max(norm(expected), 1e-30)
  }
}
