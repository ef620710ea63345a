import CAMNet

/// The preparation that an ONNX file says beside its graph:
/// https://github.com/onnx/onnx/blob/main/docs/MetadataProps.md.
enum PreparationMetadata {
  /// The preparation; nil where the texts do not say the range of the pixels.
  static func preparation(_ texts: [String: String]) -> Preparation? {
    let range: Preparation
    switch texts["Image.NominalPixelRange"] {
    case "NominalRange_0_255": range = .raw
    case "Normalized_0_1": range = .unit
    case "Normalized_1_1": range = .half
    default: return nil
    }
    guard texts["Image.BitmapPixelFormat"]?.hasPrefix("Bgr") == true else { return range }
    return Preparation(.bgr, offsets: range.offsets, divisors: range.divisors)
  }
}
