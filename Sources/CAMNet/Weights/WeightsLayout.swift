/// How a network's weights files name and order its parameters.
public struct WeightsLayout: Sendable {
  /// Gives a parameter's name in the file.
  public let names: @Sendable (ParameterName) -> String
  /// For each rank of parameters whose axes the file orders otherwise than the network, which of the file's axes each canonical
  /// axis is.
  public let axes: [Int: [Int]]
  /// The same for single parameters, before ``axes``.
  public let ownAxes: [ParameterName: [Int]]

  /// - Parameters:
  ///   - names: a parameter's name in the file; `layer/role` unless something else is said.
  ///   - axes: for each rank that a file orders otherwise, a permutation of its axes; canonical are kernels
  ///     (height, width, in, out) and matrices (in, out).
  ///   - ownAxes: the same for single parameters.
  public init(
    names: @escaping @Sendable (ParameterName) -> String = { $0.description },
    axes: [Int: [Int]] = [:], ownAxes: [ParameterName: [Int]] = [:]
  ) {
    self.names = names
    self.axes = axes
    self.ownAxes = ownAxes
  }

  /// The layout of files of a format: all of Caffe's have its axes, kernels (out, in, height, width) and matrices (out, in).
  func reading(_ format: WeightsFormat) -> WeightsLayout {
    format == .caffe ? WeightsLayout(names: names, axes: [4: [2, 3, 1, 0], 2: [1, 0]]) : self
  }

  /// Which of the file's axes each canonical axis of a parameter of some rank is.
  func fileAxes(of name: ParameterName, rank: Int) -> [Int] {
    ownAxes[name] ?? axes[rank] ?? Array(0..<rank)
  }

  /// The shape a file gives a parameter of canonical `shape`.
  public func fileShape(of name: ParameterName, _ shape: Shape) -> Shape {
    var dimensions = shape.dimensions
    for (canonical, file) in fileAxes(of: name, rank: shape.rank).enumerated() {
      dimensions[file] = shape[canonical]
    }
    return Shape(dimensions)
  }

  /// A parameter's values, given in canonical axis order, in the file's.
  public func fileTensor(of name: ParameterName, _ canonical: Tensor) -> Tensor {
    let axes = fileAxes(of: name, rank: canonical.shape.rank)
    // Out of canonical order into the file's: the inverse permutation.
    let inverse = axes.indices.map { file in axes.firstIndex(of: file) ?? file }
    return Parameter(stored: canonical, axes: inverse).tensor
  }
}
