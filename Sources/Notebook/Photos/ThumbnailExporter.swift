import CAMNet
import Plot

/// The first class's map over the photo, or the photo where there is no map, small, for the index page of many photos.
public struct ThumbnailExporter: Exporter {
  static let fileName = "thumbnail.jpg"
  private static let side = 320

  public init() {}

  public func files(for report: Report) -> [ReportFile] {
    [
      ReportFile(name: Self.fileName) {
        let picture =
          report.overlaid.first.map { RGBImage($0.overlay.page) } ?? report.pagePhoto
        return try picture.fitted(side: Self.side, filter: .bilinear).jpegData(quality: 85)
      }
    ]
  }
}
