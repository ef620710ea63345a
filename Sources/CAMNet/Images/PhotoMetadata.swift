/// What a photo's file tells beside the photo.
public enum PhotoMetadata {
  /// A JPEG or PNG file without what it tells of where, when, by whom and with what the photo was made, without comments,
  /// previews, and what follows the picture. Coded pixels and colour profile stay byte for byte, and so does the orientation.
  /// - Returns: nil for a file of another format.
  public static func removed(from bytes: UnsafeRawBufferPointer) -> [UInt8]? {
    PictureFormats.format(of: bytes)?.withoutMetadata(bytes)
  }
}
