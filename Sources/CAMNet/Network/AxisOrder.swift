/// The order in which a network's feature maps are shown to people: that of the file it is from. In memory they are always
/// (batch, height, width, channels).
public enum AxisOrder: String, Sendable, Codable {
  /// (batch, height, width, channels), as TensorFlow has it.
  case channelsLast = "channels_last"
  /// (batch, channels, height, width), as PyTorch has it.
  case channelsFirst = "channels_first"

  /// A shape of feature maps in this order; any other shape as it is.
  public func shown(_ shape: Shape) -> Shape {
    guard self == .channelsFirst, shape.rank == 4 else { return shape }
    return [shape[0], shape[3], shape[1], shape[2]]
  }

  /// Feature maps in this order; any other tensor as it is.
  public func shown(_ tensor: Tensor) -> Tensor {
    guard self == .channelsFirst, tensor.shape.rank == 4 else { return tensor }
    return Parameter(stored: tensor, axes: [0, 3, 1, 2]).tensor
  }
}
