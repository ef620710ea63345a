import CAMNet
import Plot

/// One of the most probable classes, with its name.
public struct LabelledPrediction: Sendable {
  public let prediction: Prediction
  public let label: String

  /// The first of a label's synonyms: `tabby` of `tabby, tabby cat`.
  public var shortLabel: String {
    label.split(separator: ",").first.map(String.init) ?? label
  }

  /// The prediction in one line of a terminal.
  public var line: String {
    let percent = Formatted.percent(prediction.probability)
    return String(repeating: " ", count: max(0, 8 - percent.count)) + percent + "  " + label
  }
}

/// Where a method finds the evidence for a class.
public struct Explanation: Sendable {
  /// The method's name: `cam`.
  public let method: String
  public let prediction: LabelledPrediction
  /// The raw map at the feature maps' resolution: (h, w).
  public let map: Tensor
  /// The map at the network's input size: (size, size).
  public let enlarged: Tensor
  /// The paper's box around the class's object, in the photo's pixels; nil where the map has no positive value.
  public let box: PreparedInput.Region?
  /// The map over the photo; nil for a class whose map is there to be explored only.
  let overlay: MapOverlay?
}

/// A map as a picture.
struct MapOverlay: Sendable {
  /// The map min-max normalized, at the network's input size.
  let levels: [UInt8]
  /// The map over the photo, no larger than a page shows.
  let page: Raster
}
