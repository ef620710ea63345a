/// How a layer is computed.
public enum LayerAlgorithm: String, Sendable, Codable, CaseIterable {
  /// As the layer's kind says, one loop after the other.
  case plain
  /// A matrix product over windows read where they lie.
  case direct
  /// Channel by channel.
  case depthwise
  /// Winograd's F(4×4, 3×3): Lavin and Gray, CVPR 2016.
  case winograd4x4 = "winograd_4x4"
  /// Winograd's F(6×6, 3×3).
  case winograd6x6 = "winograd_6x6"

  /// Those that ``ExecutionOptions/algorithm`` can ask for.
  public static let choices: [Self] = [.direct, .winograd4x4, .winograd6x6]

  /// Of Winograd's, the side of what is computed at once.
  var tile: Int? {
    switch self {
    case .winograd4x4: 4
    case .winograd6x6: 6
    default: nil
    }
  }
}
