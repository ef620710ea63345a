/// Where the evidence for a class lies: the connected parts of a map that reach half of its maximum.
public struct EvidenceParts: Sendable, Hashable {
  /// The parts, those with most of the positive evidence first.
  public let parts: [Part]

  /// A connected part of a map.
  public struct Part: Sendable, Hashable {
    /// The centre of mass, as a fraction of the map's width.
    public let x: Double
    /// The centre of mass, as a fraction of the map's height.
    public let y: Double
    /// The part's share of the sum of all positive values of the map.
    public let share: Double
    /// How much of the map the part covers.
    public let area: Double
  }

  /// The parts of a map; none where no value is positive, or all values are the same but for rounding.
  /// - Parameter map: a map at the network's input size, (size, size).
  public init(_ map: Tensor) {
    let (height, width) = (Double(map.shape[0]), Double(map.shape[1]))
    guard let ends = map.ends, ends.maximum > 0,
      ends.maximum - ends.minimum > ends.maximum * Self.rounding
    else {
      parts = []
      return
    }
    let total = map.withUnsafeElements { $0.reduce(0.0) { $0 + Double(max($1, 0)) } }
    parts = ConnectedParts(map, above: ends.maximum / 2).all.map { part in
      Part(
        x: (part.sumX / part.sum + 0.5) / width, y: (part.sumY / part.sum + 0.5) / height,
        share: part.sum / total, area: Double(part.count) / (width * height))
    }
    .sorted { $0.share > $1.share }
  }

  /// What float32 sums over channels may make of equal values, relative to their size.
  private static let rounding: Float = 1e-4
}
