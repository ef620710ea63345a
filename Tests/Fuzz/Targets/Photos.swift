import CAMNet

extension FuzzTarget {
  static let jpeg = FuzzTarget(
    name: "jpeg", seeds: { try fixtures("image-", "jpg") }, run: readPhoto)

  static let png = FuzzTarget(
    name: "png", seeds: { try fixtures("image-", "png") }, run: readPhoto)

  /// A photo decoded, turned upright, and made a network's input by every filter.
  @Sendable private static func readPhoto(_ bytes: [UInt8]) throws {
    let image = try bytes.withUnsafeBytes { try RGBImage(decoding: $0, name: "file") }
    for filter in ResizeFilter.allCases {
      for crops in [false, true] { _ = image.prepared(size: 24, filter: filter, crop: crops) }
    }
  }
}
