import CAMNet
import Plot

/// The photo and the overlays as PNG files, and the raw maps as NumPy files.
public struct PictureExporter: Exporter {
  /// The longest side of the pictures, in pixels: a larger photo is made smaller. A map is seen no better on more of them, and
  /// files of all pixels that a photo may have would take several times its own memory.
  static let largestSide = 4096

  public init() {}

  public func files(for report: Report) -> [ReportFile] {
    let photo = report.photo.image.fitted(side: Self.largestSide)
    var files = [
      ReportFile(name: "original.png") { try Raster(photo).pngData(isPhoto: true) }
    ]
    for explanation in report.explanations {
      guard let overlay = explanation.overlay else { continue }
      let name = "\(explanation.method)-\(explanation.prediction.prediction.rank)"
      files.append(
        ReportFile(name: "\(name).png") {
          try report.overlay(overlay, on: photo).pngData(isPhoto: true)
        })
      files.append(ReportFile(name: "\(name).npy") { explanation.map.npyData() })
    }
    return files
  }
}
