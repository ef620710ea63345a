import CAMNet
import Plot

/// The photo and the overlays as PNG files at the photo's own resolution, and the raw maps as NumPy files.
public struct PictureExporter: Exporter {
  public init() {}

  public func files(for report: Report) -> [ReportFile] {
    let photo = Raster(report.photo.image)
    var files = [ReportFile(name: "original.png") { try photo.pngData(isPhoto: true) }]
    for map in report.maps {
      let rank = map.prediction.prediction.rank
      files.append(
        ReportFile(name: "cam-\(rank).png") { try report.overlay(map).pngData(isPhoto: true) })
      files.append(ReportFile(name: "cam-\(rank).npy") { map.map.map.npyData() })
    }
    return files
  }
}
