import CAMNet
import Plot

/// One of the most probable classes, with its name.
public struct LabelledPrediction: Sendable {
  public let prediction: Prediction
  public let label: String

  /// The label as reports show it: of a very long one the beginning, since all of it stands in the run record. To set a word of
  /// 20,000 letters in narrow columns would take Pango minutes.
  var shownLabel: String { label.beginning }

  /// The first of a label's synonyms: `tabby` of `tabby, tabby cat`.
  public var shortLabel: String { label.firstSynonym }

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
  /// The box around the class's object, in the photo's pixels; nil where the map has no positive value.
  public let box: PreparedInput.Region?
  /// The map over the photo; nil for a class whose map is there to be explored only.
  let overlay: MapOverlay?
}

extension Walk {
  /// Sees that a class's map can be shown: that all its values are finite.
  func check(_ map: Tensor, of classIndex: Int) throws(ExecutionError) {
    guard map.statistics == nil else { return }
    throw .nonFiniteMap(
      classIndex: classIndex, count: map.elements.count { !$0.isFinite }, of: map.count)
  }

  /// Gives the report a method's maps, one for each prediction, with their boxes; those of the first classes are laid over
  /// the photo.
  /// - Parameters:
  ///   - maps: raw maps at the feature maps' resolution: (h, w) each.
  ///   - enlarged: the same maps at the network's input size: (size, size) each.
  ///   - levels: the first of these, min-max normalized.
  ///   - mapOptions: how they are boxed.
  /// - Returns: the maps over the photo.
  @discardableResult
  func explain(
    _ method: String, maps: [Tensor], enlarged: [Tensor], levels: [[UInt8]],
    options mapOptions: MapOptions
  ) throws -> [MapOverlay] {
    let input = try take(.input)
    let overlays = zip(levels, enlarged).map { levels, map in
      MapOverlay(
        levels: levels, bar: ColorBar(map),
        page: Overlays.raster(
          levels, size: options.size, on: pagePhoto, of: photo, region: input.region))
    }
    explanations += try take(.predictions).enumerated().map { index, prediction in
      Explanation(
        method: method, prediction: prediction, map: maps[index], enlarged: enlarged[index],
        box: BoundingBox(
          enlarged[index], threshold: mapOptions.boxThreshold, of: mapOptions.boxScale
        ).map(input.onPhoto),
        overlay: index < overlays.count ? overlays[index] : nil)
    }
    return overlays
  }
}

/// A map as a picture.
struct MapOverlay: Sendable {
  /// The map min-max normalized, at the network's input size.
  let levels: [UInt8]
  /// What its colours stand for.
  let bar: ColorBar
  /// The map over the photo, no larger than a page shows.
  let page: Raster
}
