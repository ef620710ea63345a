import CAMNet
import Testing

/// Expects two lists of numbers to agree within a relative l2 difference, and names the worst index where they do not.
public func expectClose(
  _ found: [Double], _ expected: [Double], relativeL2 tolerance: Double, _ what: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  guard found.count == expected.count else {
    Issue.record(
      "\(what): \(found.count) values, expected \(expected.count)", sourceLocation: sourceLocation)
    return
  }
  let differences = zip(found, expected).map { $0 - $1 }
  let norm = { (values: [Double]) in values.reduce(0) { $0 + $1 * $1 }.squareRoot() }
  let relative = norm(differences) / Swift.max(norm(expected), 1e-30)
  if !(relative <= tolerance) {
    let worst = differences.indices.max { abs(differences[$0]) < abs(differences[$1]) } ?? 0
    Issue.record(
      """
      \(what): relative l2 difference \(relative), at most \(tolerance) allowed; \
      worst at \(worst): \(found[worst]), expected \(expected[worst])
      """, sourceLocation: sourceLocation)
  }
}

/// Expects a tensor to agree with a reference: shape, values, and statistics.
public func expectClose(
  _ tensor: Tensor, _ reference: ReferenceTensor, relativeL2 tolerance: Double, _ what: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  // References leave the batch axis out where it is 1.
  let dimensions = tensor.shape.dimensions
  guard dimensions == reference.shape || dimensions == [1] + reference.shape else {
    Issue.record(
      "\(what): shape \(tensor.shape), expected \(Shape(reference.shape))",
      sourceLocation: sourceLocation)
    return
  }
  expectClose(
    reference.index.map { Double(tensor[flat: $0]) }, reference.value, relativeL2: tolerance, what,
    sourceLocation: sourceLocation)
  guard let statistics = tensor.statistics else {
    Issue.record("\(what): holds NaN or infinity", sourceLocation: sourceLocation)
    return
  }
  // Relative to the tensor's size, as a mean can be close to zero by cancellation.
  let size = reference.l2 / Double(tensor.count).squareRoot()
  for (name, found, expected) in [
    ("mean", statistics.mean, reference.mean),
    ("std", statistics.standardDeviation, reference.std),
    ("min", Double(statistics.minimum), reference.min),
    ("max", Double(statistics.maximum), reference.max),
    ("l2", statistics.l2Norm / Double(tensor.count).squareRoot(), size),
  ] where !(abs(found - expected) <= tolerance * Swift.max(size, abs(expected))) {
    Issue.record(
      "\(what): \(name) is \(found), expected \(expected)", sourceLocation: sourceLocation)
  }
}

/// A small generator, the same on every run: splitmix64.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  public init(seed: UInt64) {
    state = seed
  }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var x = state
    x = (x ^ x >> 30) &* 0xBF58_476D_1CE4_E5B9
    x = (x ^ x >> 27) &* 0x94D0_49BB_1331_11EB
    return x ^ x >> 31
  }
}
