import CAMNet
import Foundation
import Plot

/// What the page's script needs to draw the maps itself: numbers only, so that nothing in it can end the page.
struct ExplorerData: Encodable {
  /// The network's input in pixels.
  let height: Int
  let width: Int
  let rows: Axis
  let columns: Axis
  /// Left, top, width and height of the network's input, as fractions of the photo.
  let region: [Double]
  let maps: [Map]
  /// 256 colours each, base64 of their bytes.
  let colormaps: [String: String]
  let words: [String: String]

  private static let colormaps = Dictionary(
    uniqueKeysWithValues: Colormap.allCases.map {
      ($0.rawValue, Data($0.bytes).base64EncodedString())
    })

  /// The places of the maps along an axis: pixel i of the network's input lies at place i · scale + offset.
  struct Axis: Encodable {
    let places: Int
    let scale: Double
    let offset: Double
    /// The first pixel that the first place sees, how many each sees, and the way to the next place's first; nil where there is
    /// no receptive field.
    let field: [Int]?

    init(_ axis: PlaceGrid.Axis, _ field: ReceptiveField.Extent?) {
      places = axis.places
      scale = Double(axis.scale)
      offset = Double(axis.offset)
      self.field = field.map { [$0.start, $0.size, $0.stride] }
    }
  }

  struct Map: Encodable {
    let values: [Float]
    let logit: Float
  }

  /// The data of a report; nil for a run that made no maps.
  init?(_ report: Report) {
    let explanations = report.predictions.compactMap(report.explanation)
    guard let context = report.walkthrough.maps, !explanations.isEmpty else { return nil }
    let (photo, shown) = (report.photo, report.input.region)
    (height, width) = (report.options.size.height, report.options.size.width)
    rows = Axis(context.grid.rows, context.field?.vertical)
    columns = Axis(context.grid.columns, context.field?.horizontal)
    region = [
      shown.x / Double(photo.width), shown.y / Double(photo.height),
      shown.width / Double(photo.width), shown.height / Double(photo.height),
    ]
    maps = explanations.map {
      Map(values: $0.map.elements, logit: $0.prediction.prediction.logit)
    }
    colormaps = Self.colormaps
    var words = report.words.labels(prefix: "explorer.")
    if !context.head.isExact { words["probe"] = report.words.label("gradient.probe") }
    self.words = words
  }

  /// JSON that may stand in a script element.
  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let text = String(decoding: try encoder.encode(self), as: UTF8.self)
    return text.utf8.contains(UInt8(ascii: "<")) ? text.replacing("<", with: "\\u003c") : text
  }
}
