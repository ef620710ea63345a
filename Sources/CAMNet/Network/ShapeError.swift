/// Why a layer cannot take the inputs it is given.
public enum ShapeError: Error, Hashable {
  case inputCount(expected: Int, found: Int)
  case rank(expected: Int, found: Shape)
  case differentShapes(Shape, Shape)
  case channelsOutOfRange(range: Range<Int>, channels: Int)
  case groupsDoNotDivide(groups: Int, channels: Int)
  case offsetCount(offsets: Int, channels: Int)
  case windowLargerThanInput(window: Int, input: Int)
  case windowInPadding(window: Int, input: Int)
  /// What a kind that comes from outside says of its inputs, as the end of a sentence that begins with the layer.
  case other(String)
}

extension ShapeError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .inputCount(let expected, let found):
      "takes \(expected) input\(expected == 1 ? "" : "s") and has \(found)"
    case .rank(let expected, let found):
      "takes a tensor of \(expected) axes and its input is \(found)"
    case .differentShapes(let first, let second):
      "needs inputs of one shape and has \(first) and \(second)"
    case .channelsOutOfRange(let range, let channels):
      "takes channels \(range.lowerBound) to \(range.upperBound - 1) and its input has \(channels)"
    case .groupsDoNotDivide(let groups, let channels):
      "has \(groups) groups, which do not divide \(channels) channels"
    case .offsetCount(let offsets, let channels):
      "has \(offsets) offsets for \(channels) channels"
    case .windowLargerThanInput(let window, let input):
      "has a window of \(window), larger than its input of \(input); use a larger input size"
    case .windowInPadding(let window, let input):
      "has a window of \(window) that somewhere lies in padding alone, beside its input of \(input)"
    case .other(let reason):
      reason
    }
  }
}

extension [Shape] {
  /// The only input.
  func one() throws(ShapeError) -> Shape {
    guard count == 1 else { throw .inputCount(expected: 1, found: count) }
    return self[0]
  }

  /// The only input, a feature map (batch, height, width, channels).
  func oneFeatureMap() throws(ShapeError) -> Shape {
    let shape = try one()
    guard shape.rank == 4 else { throw .rank(expected: 4, found: shape) }
    return shape
  }

  /// The only shape, that of feature maps or of a row, (1, channels).
  func oneFeatureMapOrRow() throws(ShapeError) -> Shape {
    let shape = try one()
    guard shape.rank == 4 || shape.rank == 2 else { throw .rank(expected: 4, found: shape) }
    return shape
  }
}
