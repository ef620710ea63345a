/// How a network's weights files name and order its parameters.
public struct WeightsLayout: Sendable {
  /// Gives a parameter's name in the file.
  public let names: @Sendable (ParameterName) -> String
  /// For each rank of parameters whose axes the file orders otherwise than the network, which of the file's axes each canonical
  /// axis is.
  public let axes: [Int: [Int]]
  /// The same for single parameters, before ``axes``.
  public let ownAxes: [ParameterName: [Int]]
  /// The shapes of single parameters in the file, where these may have axes of 1 more or less than the canonical ones.
  public let ownShapes: [ParameterName: Shape]

  /// - Parameters:
  ///   - names: a parameter's name in the file; `layer/role` unless something else is said.
  ///   - axes: for each rank that a file orders otherwise, a permutation of its axes; canonical are kernels
  ///     (height, width, in, out) and matrices (in, out).
  ///   - ownAxes: the same for single parameters.
  ///   - ownShapes: the file's shapes of single parameters, for as long as these have as many elements.
  public init(
    names: @escaping @Sendable (ParameterName) -> String = { $0.description },
    axes: [Int: [Int]] = [:], ownAxes: [ParameterName: [Int]] = [:],
    ownShapes: [ParameterName: Shape] = [:]
  ) {
    self.names = names
    self.axes = axes
    self.ownAxes = ownAxes
    self.ownShapes = ownShapes
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
    if let own = ownShapes[name], own.elementCount == shape.elementCount { return own }
    return ordered(shape, name)
  }

  /// A canonical shape with its axes in the file's order.
  private func ordered(_ shape: Shape, _ name: ParameterName) -> Shape {
    var dimensions = shape.dimensions
    for (canonical, file) in fileAxes(of: name, rank: shape.rank).enumerated() {
      dimensions[file] = shape[canonical]
    }
    return Shape(dimensions)
  }

  /// A parameter of canonical `shape` from the file's tensor.
  func parameter(_ name: ParameterName, _ shape: Shape, stored: Tensor) -> Parameter {
    Parameter(
      stored: stored.reshaped(ordered(shape, name)), axes: fileAxes(of: name, rank: shape.rank))
  }

  /// A parameter's values, given in canonical axis order, in the file's.
  public func fileTensor(of name: ParameterName, _ canonical: Tensor) -> Tensor {
    let axes = fileAxes(of: name, rank: canonical.shape.rank)
    // Out of canonical order into the file's: the inverse permutation.
    let inverse = axes.indices.map { file in axes.firstIndex(of: file) ?? file }
    return Parameter(stored: canonical, axes: inverse).tensor
      .reshaped(fileShape(of: name, canonical.shape))
  }
}
