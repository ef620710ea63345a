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
  func fitted(side: Int, filter: ResizeFilter = .bicubic) -> RGBImage {
    let longest = max(width, height)
    guard longest > side else { return self }
    return resized(
      width: max(width * side / longest, 1), height: max(height * side / longest, 1),
      filter: filter)
  }
}

extension StepFigure.Picture {
  /// A photo for a page: no larger than a screen shows, as JPEG.
  static func photo(_ image: RGBImage) throws -> Self {
    let fitted = image.fitted(side: 1000)
    return Self(
      bytes: try fitted.pageJPEG(), mediaType: "image/jpeg", width: fitted.width,
      height: fitted.height)
  }

  /// A figure at two pixels a point, so that it is sharp on fine screens.
  static func figure(_ figure: some Figure) throws -> Self {
    Self(bytes: try figure.pngData(scale: 2), mediaType: "image/png", figure)
  }

  static func photographic(_ figure: some Figure) throws -> Self {
    let image = RGBImage(try figure.raster(scale: 2))
    return Self(bytes: try image.pageJPEG(), mediaType: "image/jpeg", figure)
  }

  private init(bytes: [UInt8], mediaType: String, _ figure: some Figure) {
    let (width, height) = figure.pixels
    self.init(bytes: bytes, mediaType: mediaType, width: width, height: height)
  }
}

extension Figure {
  /// The whole pixels it takes, one a point.
  var pixels: (width: Int, height: Int) {
    (Int(size.width.rounded(.up)), Int(size.height.rounded(.up)))
  }
}

extension RGBImage {
  fileprivate func pageJPEG() throws(ImageError) -> [UInt8] { try jpegData(quality: 88) }
}

/// Photos of a page as JPEG, each made once though the page shows it twice.
final class PageJPEGs {
  private var made: [(picture: Raster, bytes: [UInt8])] = []

  /// Pictures that are copies of one another are found to be the same without a look at their pixels.
  func bytes(_ picture: Raster) throws -> [UInt8] {
    if let known = made.first(where: { $0.picture == picture }) { return known.bytes }
    let bytes = try RGBImage(picture).pageJPEG()
    made.append((picture, bytes))
    return bytes
  }

  /// A photo that is no larger than a page shows.
  func picture(_ image: RGBImage) throws -> PagePicture {
    PagePicture(
      StepFigure.Picture(
        bytes: try bytes(Raster(image)), mediaType: "image/jpeg", width: image.width,
        height: image.height))
  }
}

extension StepFigure.Content {
  /// The content as pixels, without titles and labels.
  var pictures: [Raster] {
    get throws {
      switch self {
      case .photo(let image): [Raster(image)]
      case .figure(let figure), .photographic(let figure): try figure.pictures
      }
    }
  }

  /// What the pictures' colours stand for, a bar each; empty where they stand for nothing.
  var bars: [ColorBar] {
    switch self {
    case .photo: []
    case .figure(let figure), .photographic(let figure): figure.bars
    }
  }
}

extension StepFigure {
  /// The figure as a page shows it.
  func pagePicture(_ jpegs: PageJPEGs) throws -> PagePicture {
    switch content {
    case .photo(let image): try jpegs.picture(image.fitted(side: 1000))
    case .figure(let figure), .photographic(let figure):
      PagePicture(try figure.svg(jpeg: jpegs.bytes), figure)
    }
  }

  /// The figure as a file of its own.
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
    let channels = output.shape[3]
    let shown = output.channelSums.largest(16)
    let tiles = Mosaic.Tile.tiles(of: output, channels: shown) { "\($0)" }
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
      let colors = Colormap.jet.pixels(map.minMaxNormalized())
      return Panels.Panel(
        title: title,
        picture: Raster(width: map.shape[1], height: map.shape[0], pixels: colors), isCrisp: true,
        bar: ColorBar(map))
    }
    return StepFigure(
      content: .figure(Panels(panels)),
      alternativeText: words.label("figure.maps.alt", ["several": maps.count > 1]),
      caption: words.label(
        "figure.maps", ["count": "\(maps.first?.count ?? 0)", "several": maps.count > 1]))
  }

  /// The notebook's last picture: the overlays side by side.
  static func overlays(_ overlays: [MapOverlay], titles: [String], words: Words) -> StepFigure {
    let panels = zip(overlays, titles).map {
      Panels.Panel(title: $1, picture: $0.page, bar: $0.bar)
    }
    return StepFigure(
      content: .photographic(Panels(panels)),
      alternativeText: words.label(
        "figure.overlays.alt",
        ["titles": titles.joined(separator: "; "), "several": titles.count > 1]),
      caption: words.label("figure.overlays", ["several": titles.count > 1]))
  }
}

extension ColorBar {
  /// The bar of a map in jet's colours, from its smallest value to its largest.
  init(_ map: Tensor) {
    let statistics = map.statistics
    self.init(
      .jet, low: Formatted.significant(Double(statistics?.minimum ?? 0)),
      high: Formatted.significant(Double(statistics?.maximum ?? 0)))
  }
}

extension Tensor {
  /// The sum of each of the channels of feature maps (1, h, w, channels).
  fileprivate var channelSums: [Double] {
    let channels = shape[3]
    return withUnsafeElements { values in
      let bytes = UnsafeRawBufferPointer(values)
      var sums: [Double] = []
      sums.reserveCapacity(channels)
      // Eight channels at a time, whose sums stay in registers.
      while sums.count + 8 <= channels {
        var eight = SIMD8<Double>.zero
        for index in stride(from: sums.count, to: values.count, by: channels) {
          eight += SIMD8<Double>(
            bytes.loadUnaligned(fromByteOffset: index &* 4, as: SIMD8<Float>.self))
        }
        for lane in 0..<8 { sums.append(eight[lane]) }
      }
      for channel in sums.count..<channels {
        sums.append(
          stride(from: channel, to: values.count, by: channels).reduce(0) {
            $0 + Double(values[$1])
          })
      }
      return sums
    }
  }
}

extension Mosaic.Tile {
  /// Some channels of feature maps (1, h, w, channels).
  static func tiles(
    of features: Tensor, channels shown: [Int], label: (Int) -> String
  ) -> [Mosaic.Tile] {
    zip(shown, features.levels(ofChannels: shown)).map { channel, levels in
      Mosaic.Tile(
        label: label(channel), levels: levels, width: features.shape[2], height: features.shape[1])
    }
  }
}
