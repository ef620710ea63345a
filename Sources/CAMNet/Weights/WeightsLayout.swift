/// How a network's weights files name and order its parameters.
public struct WeightsLayout: Sendable {
  /// A parameter's name in the file.
  public let names: @Sendable (ParameterName) -> String
  /// For each rank whose axes a file orders otherwise: which file axis each canonical axis is.
  public let axes: [Int: [Int]]
  /// Names that belong to such a file and that the network does not read.
  public let unused: Set<String>

  func fileAxes(rank: Int) -> [Int] {
    axes[rank] ?? Array(0..<rank)
  }

  /// The shape a file gives a parameter of canonical `shape`.
  public func fileShape(_ shape: Shape) -> Shape {
    var dimensions = shape.dimensions
    for (canonical, file) in fileAxes(rank: shape.rank).enumerated() {
      dimensions[file] = shape[canonical]
    }
    return Shape(dimensions)
  }
}
