/// A way to compute a layer.
public enum LayerAlgorithm: String, Sendable, Codable, CaseIterable {
  /// The loops of the layer's own kind, written to be read.
  case plain
  /// A convolution as a matrix product whose windows are read where they lie.
  case direct
  /// A depthwise convolution, summed channel by channel.
  case depthwise
  /// A 3×3 convolution by Winograd's F(4×4, 3×3): Lavin and Gray, CVPR 2016.
  case winograd4x4 = "winograd_4x4"
  /// A 3×3 convolution by Winograd's F(6×6, 3×3): Lavin and Gray, CVPR 2016.
  case winograd6x6 = "winograd_6x6"

  /// The algorithms that ``ExecutionOptions/algorithm`` can ask for.
  public static let choices: [Self] = [.direct, .winograd4x4, .winograd6x6]

  /// The side, in pixels, of what one of Winograd's algorithms computes at once; nil for the others.
  var tile: Int? {
    switch self {
    case .winograd4x4: 4
    case .winograd6x6: 6
    default: nil
    }
  }
}
