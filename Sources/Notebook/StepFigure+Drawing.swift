import CAMNet
import Plot

extension Raster {
  init(_ image: RGBImage) {
    self.init(width: image.width, height: image.height, pixels: image.pixels)
  }
}

extension RGBImage {
  init(_ raster: Raster) {
    self.init(width: raster.width, height: raster.height, pixels: raster.pixels)
  }

  /// The picture no larger than `side` pixels a side; smaller ones as they are.
  func fitted(side: Int) -> RGBImage {
    let longest = max(width, height)
    guard longest > side else { return self }
    return resized(
      width: max(width * side / longest, 1), height: max(height * side / longest, 1),
      filter: .bicubic)
  }
}

extension StepFigure.Picture {
  /// A photo for a page: no larger than a screen shows, as JPEG.
  static func photo(_ image: RGBImage) throws -> Self {
    let fitted = image.fitted(side: 1000)
    return Self(
      bytes: try fitted.jpegData(quality: 88), mediaType: "image/jpeg", width: fitted.width,
      height: fitted.height)
  }

  /// A figure at two pixels a point, so that it is sharp on fine screens.
  static func figure(_ figure: some Figure) throws -> Self {
    let size = figure.size
    return Self(
      bytes: try figure.pngData(scale: 2), mediaType: "image/png",
      width: Int(size.width.rounded(.up)), height: Int(size.height.rounded(.up)))
  }

  static func photographic(_ figure: some Figure) throws -> Self {
    let size = figure.size
    return Self(
      bytes: try RGBImage(figure.raster(scale: 2)).jpegData(quality: 88), mediaType: "image/jpeg",
      width: Int(size.width.rounded(.up)), height: Int(size.height.rounded(.up)))
  }
}

extension StepFigure.Content {
  /// As pixels, without titles and labels.
  var pictures: [Raster] {
    switch self {
    case .photo(let image): [Raster(image)]
    case .figure(let figure), .photographic(let figure): figure.pictures
    }
  }
}

extension StepFigure {
  func picture() throws -> Picture {
    switch content {
    case .photo(let image): try .photo(image)
    case .figure(let figure): try .figure(figure)
    case .photographic(let figure): try .photographic(figure)
    }
  }

  /// The network's input, as it sees it.
  static func photo(_ image: RGBImage, words: Words) -> StepFigure {
    StepFigure(
      content: .photo(image), alternativeText: words.label("figure.photo.alt"),
      caption: words.label("figure.photo"))
  }

  /// The most active channels of a layer: those with the largest mean.
  static func mosaic(of output: Tensor, name: String, words: Words) -> StepFigure {
    let (height, width, channels) = (output.shape[1], output.shape[2], output.shape[3])
    var sums = [Double](repeating: 0, count: channels)
    output.withUnsafeElements { values in
      for pixel in 0..<height * width {
        for channel in 0..<channels { sums[channel] += Double(values[pixel * channels + channel]) }
      }
    }
    let shown = sums.indices.sorted { (sums[$0], $1) > (sums[$1], $0) }.prefix(16)
    let tiles = shown.map { channel in
      Mosaic.Tile(channel: channel, of: output, label: "\(channel)")
    }
    let fields: Fields = [
      "count": "\(shown.count)", "channels": Formatted.count(channels), "name": name,
    ]
    return StepFigure(
      content: .figure(Mosaic(tiles: tiles, columns: 8)),
      alternativeText: words.label("figure.mosaic.alt", fields),
      caption: words.label("figure.mosaic", fields))
  }

  /// Raw maps, (h, w) each.
  static func maps(_ maps: [Tensor], titles: [String], words: Words) -> StepFigure {
    let panels = zip(maps, titles).map { map, title in
      let colors = map.minMaxNormalized().flatMap { value in
        let color = Colormap.jet.color(at: value)
        return [color.red, color.green, color.blue]
      }
      return Panels.Panel(
        title: title,
        picture: Raster(width: map.shape[1], height: map.shape[0], pixels: colors), isCrisp: true)
    }
    return StepFigure(
      content: .figure(Panels(panels)),
      alternativeText: words.label("figure.maps.alt"),
      caption: words.label("figure.maps", ["count": "\(maps.first?.count ?? 0)"]))
  }

  /// The notebook's last picture: the overlays side by side.
  static func overlays(of report: Report, titles: [String]) -> StepFigure {
    let panels = zip(report.maps, titles).map { map, title in
      Panels.Panel(title: title, picture: Raster(Overlays.picture(map, of: report)))
    }
    return StepFigure(
      content: .photographic(Panels(panels)),
      alternativeText: report.words.label(
        "figure.overlays.alt", ["titles": titles.joined(separator: "; ")]),
      caption: report.words.label("figure.overlays"))
  }
}

/// The maps of a report over its photo.
enum Overlays {
  /// At the photo's own resolution.
  static func raster(_ map: Report.LabelledMap, of report: Report) -> Raster {
    overlay(map, on: report.photo.image, report)
  }

  /// No larger than a page shows.
  static func picture(_ map: Report.LabelledMap, of report: Report) -> RGBImage {
    RGBImage(overlay(map, on: report.pagePhoto, report))
  }

  private static func overlay(
    _ map: Report.LabelledMap, on photo: RGBImage, _ report: Report
  ) -> Raster {
    let scaleX = Double(photo.width) / Double(report.photo.image.width)
    let scaleY = Double(photo.height) / Double(report.photo.image.height)
    let region = report.input.region
    return Overlay(
      photo: Raster(photo), map: map.normalized, mapWidth: report.options.size,
      mapHeight: report.options.size,
      region: .init(
        x: region.x * scaleX, y: region.y * scaleY, width: region.width * scaleX,
        height: region.height * scaleY)
    ).raster()
  }
}
