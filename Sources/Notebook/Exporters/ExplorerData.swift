import CAMNet
import Foundation
import Plot

/// What the page's script needs to draw the maps itself: numbers only, so that nothing in it can end the page.
struct ExplorerData: Encodable {
  /// The network's input, in pixels a side.
  let size: Int
  /// The rows of the raw maps.
  let rows: Int
  let columns: Int
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

  struct Map: Encodable {
    let values: [Float]
    let logit: Float
    /// Left, top, width and height of the box around the class's object, as fractions of the photo; nil where the map has no
    /// positive value.
    let box: [Double]?
  }

  /// The data of a report; nil for a run that made no maps.
  init?(_ report: Report) {
    let explanations = report.predictions.compactMap(report.explanation)
    guard let first = explanations.first?.map else { return nil }
    let photo = report.photo
    func fractions(_ region: PreparedInput.Region) -> [Double] {
      [
        region.x / Double(photo.width), region.y / Double(photo.height),
        region.width / Double(photo.width), region.height / Double(photo.height),
      ]
    }
    size = report.options.size
    rows = first.shape[0]
    columns = first.shape[1]
    region = fractions(report.input.region)
    maps = explanations.map {
      Map(
        values: $0.map.elements, logit: $0.prediction.prediction.logit,
        box: $0.box.map(fractions))
    }
    colormaps = Self.colormaps
    words = report.words.labels(prefix: "explorer.")
  }

  /// JSON that may stand in a script element.
  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let text = String(decoding: try encoder.encode(self), as: UTF8.self)
    return text.utf8.contains(UInt8(ascii: "<")) ? text.replacing("<", with: "\\u003c") : text
  }
}
