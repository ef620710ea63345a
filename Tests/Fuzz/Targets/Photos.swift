import CAMNet

extension FuzzTarget {
  /// A target for each format, by the ending of its files.
  static let photos = ["jpg", "png", "bmp", "webp", "heic", "avif", "tiff", "gif"].map { ending in
    FuzzTarget(name: ending, seeds: { try fixtures("image-", ending) }, run: readPhoto)
  }

  /// A photo decoded, turned upright, and made a network's input by every filter.
  @Sendable private static func readPhoto(_ bytes: [UInt8]) throws {
    let image = try bytes.withUnsafeBytes { try RGBImage(decoding: $0, name: "file") }
    for filter in ResizeFilter.allCases {
      for crops in [false, true] { _ = image.prepared(size: 24, filter: filter, crop: crops) }
    }
  }
}
