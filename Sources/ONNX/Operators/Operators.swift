/// The operators there are, each from the operator set that gave it the meaning it has here.
public enum Operators {
  /// An operator's line in the list.
  struct Entry: Sendable {
    let name: String
    let first: Int
    let make: @Sendable (Attributes) throws(OperatorError) -> any Operator
    let kind: any Operator.Type

    init<Kind: Operator>(_ name: String, since first: Int, _ kind: Kind.Type) {
      self.name = name
      self.first = first
      make = { (node: Attributes) throws(OperatorError) in try Kind(node) }
      self.kind = kind
    }
  }

  /// The operator sets whose operators are known here.
  public static let opsets = 6...28

  /// A line for each operator; where one has several, the last that is not newer than the node's operator set counts.
  static let all: [Entry] =
    [
      Entry("ArgMax", since: 1, ArgExtreme.self),
      Entry("ArgMin", since: 1, ArgExtreme.self),
      Entry("AveragePool", since: 1, AveragePool.self),
      Entry("BatchNormalization", since: 1, BatchNormalizationOperator.self),
      Entry("Cast", since: 6, Cast.self),
      Entry("CastLike", since: 15, Cast.self),
      Entry("Clip", since: 6, Clip.self),
      Entry("Concat", since: 1, Concatenation.self),
      Entry("Constant", since: 1, ConstantOperator.self),
      Entry("ConstantOfShape", since: 9, ConstantOfShape.self),
      Entry("Conv", since: 1, ConvolutionOperator.self),
      Entry("DepthToSpace", since: 1, DepthAndSpace.self),
      Entry("DequantizeLinear", since: 10, Dequantization.self),
      Entry("Dropout", since: 6, DropoutOperator.self),
      Entry("Expand", since: 8, Expand.self),
      Entry("Flatten", since: 1, Flatten.self),
      Entry("Gather", since: 1, Gather.self),
      Entry("Gemm", since: 1, Gemm.self),
      Entry("GlobalAveragePool", since: 1, Reduction.self),
      Entry("GlobalMaxPool", since: 1, Reduction.self),
      Entry("Identity", since: 1, IdentityOperator.self),
      Entry("InstanceNormalization", since: 6, InstanceNormalization.self),
      Entry("LRN", since: 1, LocalResponseNormalization.self),
      Entry("LayerNormalization", since: 17, LayerNormalization.self),
      Entry("LogSoftmax", since: 1, Softmax.self),
      Entry("MatMul", since: 1, MatMul.self),
      Entry("MaxPool", since: 1, MaxPool.self),
      Entry("Not", since: 1, Not.self),
      Entry("PRelu", since: 1, PRelu.self),
      Entry("Pad", since: 1, Pad.self),
      Entry("Range", since: 11, RangeOperator.self),
      Entry("Reshape", since: 1, Reshape.self),
      Entry("Resize", since: 10, Resize.self),
      Entry("Shape", since: 1, ShapeOperator.self),
      Entry("Size", since: 1, ShapeOperator.self),
      Entry("Slice", since: 1, Slice.self),
      Entry("Softmax", since: 1, Softmax.self),
      Entry("SpaceToDepth", since: 1, DepthAndSpace.self),
      Entry("Split", since: 1, SplitOperator.self),
      Entry("Squeeze", since: 1, Squeeze.self),
      Entry("Tile", since: 6, Tile.self),
      Entry("Transpose", since: 1, Transpose.self),
      Entry("Unsqueeze", since: 1, Unsqueeze.self),
      Entry("Upsample", since: 7, Resize.self),
      Entry("Where", since: 9, Where.self),
    ]
    + ElementwiseFunction.names.map { Entry($0, since: 1, ElementwiseFunction.self) }
    + Arithmetic.names.map { Entry($0, since: 1, Arithmetic.self) }
    + Reduction.names.map { Entry($0, since: 1, Reduction.self) }

  /// The names of all operators.
  public static let names = Set(all.map(\.name))

  /// The names of those that there may be a layer for.
  package static var layered: Set<String> {
    Set(all.filter { $0.kind is any LayeredOperator.Type }.map(\.name))
  }

  private static let byName = Dictionary(grouping: all, by: \.name)

  /// The operator of a node; nil where there is none of its name.
  public static func named(_ node: Attributes) throws(OperatorError) -> (any Operator)? {
    guard let entries = byName[node.operation] else { return nil }
    guard let entry = entries.last(where: { $0.first <= node.opset }) else {
      throw OperatorError(
        "is of operator set \(node.opset), in which there was no \(node.operation)")
    }
    return try entry.make(node)
  }
}
