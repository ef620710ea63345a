import CAMNet
import Plot

/// A map over the photo.
enum Overlays {
  /// - Parameters:
  ///   - photo: the photo or a smaller copy of it.
  ///   - normalized: the map, 0 … 255 at the network's input size.
  ///   - region: what part of the whole photo the map covers, in its pixels.
  static func raster(
    _ normalized: [UInt8], size: Int, on photo: RGBImage, of whole: RGBImage,
    region: PreparedInput.Region
  ) -> Raster {
    let scaleX = Double(photo.width) / Double(whole.width)
    let scaleY = Double(photo.height) / Double(whole.height)
    return Overlay(
      photo: Raster(photo), map: normalized, mapWidth: size, mapHeight: size,
      region: .init(
        x: region.x * scaleX, y: region.y * scaleY, width: region.width * scaleX,
        height: region.height * scaleY)
    ).raster()
  }
}

extension Report {
  /// A map over the photo at the photo's own resolution.
  func overlay(_ map: MapOverlay) -> Raster {
    pagePhoto == photo.image
      ? map.page
      : Overlays.raster(
        map.levels, size: options.size, on: photo.image, of: photo.image, region: input.region)
  }
}
