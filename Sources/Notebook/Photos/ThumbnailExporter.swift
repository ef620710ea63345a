import CAMNet
import Plot

/// The first class's map over the photo, small, for the index page of many photos.
public struct ThumbnailExporter: Exporter {
  static let fileName = "thumbnail.jpg"
  private static let side = 320

  public init() {}

  public func files(for report: Report) -> [ReportFile] {
    report.maps.prefix(1).map { map in
      ReportFile(name: Self.fileName) {
        try RGBImage(map.overlay).fitted(side: Self.side, filter: .bilinear).jpegData(quality: 85)
      }
    }
  }
}
