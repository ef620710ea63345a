import CAMNet

/// How maps are drawn and boxed.
public struct MapOptions: Sendable, Hashable {
  /// Where the places of maps are said to lie; nil for what the model says.
  public var placement: Placement?
  /// The share of a map's range that the values in a class's box exceed.
  public var boxThreshold: Float
  /// What the threshold is a share of.
  var boxScale = BoundingBox.Scale.range

  /// The thresholds that boxes may have.
  public static let boxThresholds: ClosedRange<Float> = 0.2...0.9

  public init(
    placement: Placement? = nil, boxThreshold: Float = BoundingBox.defaultThreshold
  ) {
    self.placement = placement
    self.boxThreshold = boxThreshold
  }

  /// How camreport 0.1.0 drew and boxed the maps of every network.
  static var first: MapOptions {
    var options = MapOptions(placement: .notebook, boxThreshold: BoundingBox.paperThreshold)
    options.boxScale = .maximum
    return options
  }
}
