import CAMNet
import Plot

/// A map over the photo.
enum Overlays {
  /// - Parameters:
  ///   - picture: the photo or a smaller copy of it.
  ///   - normalized: the map, 0 … 255 at the network's input size.
  ///   - region: what part of the whole photo the map covers, in its pixels.
  static func raster(
    _ normalized: [UInt8], size: InputSize, on picture: RGBImage, of photo: Photo,
    region: PreparedInput.Region
  ) -> Raster {
    let scaleX = Double(picture.width) / Double(photo.width)
    let scaleY = Double(picture.height) / Double(photo.height)
    return Overlay(
      photo: Raster(picture), map: normalized, mapWidth: size.width, mapHeight: size.height,
      region: .init(
        x: region.x * scaleX, y: region.y * scaleY, width: region.width * scaleX,
        height: region.height * scaleY)
    ).raster()
  }
}

extension PythonCell {
  /// Says that the code shows a method's maps over the network's input, side by side, with their colours' values.
  mutating func overlays(
    by method: String, _ report: Report, _ alternativeText: String
  ) throws {
    let size = report.options.size
    let overlaid = report.overlaid(by: method)
    let pictures = overlaid.map { map in
      Overlay(
        photo: Raster(report.input.image), map: map.overlay.levels, mapWidth: size.width,
        mapHeight: size.height,
        region: .init(x: 0, y: 0, width: Double(size.width), height: Double(size.height))
      ).raster()
    }
    try picture(
      Raster(
        sideBySide: pictures, columns: 2, edge: 224, bars: overlaid.map(\.overlay.bar)),
      isPhoto: false, alternativeText)
  }
}

extension Report {
  /// A map over the photo or a smaller copy of it.
  func overlay(_ map: MapOverlay, on picture: RGBImage) -> Raster {
    pagePhoto == picture
      ? map.page
      : Overlays.raster(
        map.levels, size: options.size, on: picture, of: photo, region: input.region)
  }
}
