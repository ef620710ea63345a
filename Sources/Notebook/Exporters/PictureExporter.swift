import CAMNet
import Plot

/// The photo and the overlays as PNG files at the photo's own resolution, and the raw maps as NumPy files.
public struct PictureExporter: Exporter {
  public init() {}

  public func files(for report: Report) -> [ReportFile] {
    let photo = Raster(report.photo.image)
    var files = [ReportFile(name: "original.png") { try photo.pngData(isPhoto: true) }]
    for explanation in report.explanations {
      guard let overlay = explanation.overlay else { continue }
      let name = "\(explanation.method)-\(explanation.prediction.prediction.rank)"
      files.append(
        ReportFile(name: "\(name).png") { try report.overlay(overlay).pngData(isPhoto: true) })
      files.append(ReportFile(name: "\(name).npy") { explanation.map.npyData() })
    }
    return files
  }
}
