import CAMNet
import Plot

/// A picture in a step as a value, with words for those who cannot see it. Each format draws it in its own way.
public struct StepFigure: Sendable {
  let content: Content
  public let alternativeText: String
  public let caption: String

  enum Content: Sendable {
    case photo(RGBImage)
    case figure(any Figure)
    /// A figure of photos, which JPEG holds in a fraction of PNG's bytes.
    case photographic(any Figure)
  }

  /// PNG or JPEG bytes, with the size at which they are shown.
  public struct Picture: Sendable {
    public let bytes: [UInt8]
    public let mediaType: String
    /// What a file of the picture's name ends in, without the dot.
    var ending: String { mediaType == "image/png" ? "png" : "jpg" }
    public let width: Int
    public let height: Int
  }
}
