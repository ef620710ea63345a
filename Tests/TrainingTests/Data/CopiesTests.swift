import CAMNet
import TestSupport
import Testing
import Training

@Suite("Copies", .enabled(if: GComprisPhotos.areInstalled, "gcompris-qt-data is not installed"))
struct CopiesTests {
  /// The photos as `orig/fishes/goby.webp` with a copy of each, as `copy/fishes/goby.…`.
  private static func copies(
    of count: Int? = nil, _ make: (RGBImage) throws -> [UInt8]
  ) throws -> (data: ReadData, copies: Copies) {
    let folder = try DataFolder()
    let photos = try GComprisPhotos.photos()
    for photo in photos.prefix(count ?? photos.count) {
      try folder.write(photo.bytes, "orig/\(photo.path)")
      try folder.write(
        make(photo.bytes.withUnsafeBytes { try RGBImage(decoding: $0, name: photo.path) }),
        "copy/\(photo.path)")
    }
    let data = try PhotoReader(size: 224).read(DataSet(folder.path), badPhotos: 0) { _, _ in }.data
    return (data, Copies(data.fingerprints))
  }

  /// Expects each photo to be found with its copy and with nothing else.
  private static func expectEach(
    _ kind: DuplicatePair.Kind, _ make: (RGBImage) throws -> [UInt8]
  ) throws {
    let (data, copies) = try copies(make)
    let expected = data.photos.filter { $0.photo.name.hasPrefix("copy/") }.map(\.photo.path)
    #expect(expected.count == 123)
    #expect(copies.pairs.map(\.first).sorted() == expected)
    #expect(copies.pairs.allSatisfy { $0.second == $0.first.replacing("/copy/", with: "/orig/") })
    #expect(copies.pairs.allSatisfy { $0.kind == kind && $0.similarity >= 0.99 })
  }

  @Test("photos that are different are no copies")
  func different() throws {
    let folder = try GComprisPhotos.folder()
    let data = try PhotoReader(size: 224).read(DataSet(folder.path), badPhotos: 0) { _, _ in }.data
    #expect(data.photos.count == 123)
    #expect(Copies(data.fingerprints).pairs.isEmpty)
  }

  @Test("the same pixels in another file are found")
  func samePixels() throws {
    try Self.expectEach(.pixels) { $0.bmp }
  }

  @Test("mirrored copies are found")
  func mirrored() throws {
    try Self.expectEach(.picture) { $0.flipped.bmp }
  }

  @Test("copies cropped by 5 % along every edge are found")
  func cropped() throws {
    try Self.expectEach(.picture) { $0.cropped(by: 0.05).bmp }
  }

  @Test("copies as JPEG of quality 40 are found")
  func jpeg() throws {
    try Self.expectEach(.picture) { try $0.jpegData(quality: 40) }
  }

  @Test("copies of half the size are found")
  func half() throws {
    try Self.expectEach(.picture) {
      $0.resized(width: $0.width / 2, height: $0.height / 2, filter: .lanczos).bmp
    }
  }

  @Test("copies that were mirrored, cropped, halved and saved as JPEG of quality 40 are found")
  func all() throws {
    try Self.expectEach(.picture) {
      let part = $0.flipped.cropped(by: 0.04)
      return try part.resized(width: part.width / 2, height: part.height / 2, filter: .bicubic)
        .jpegData(quality: 40)
    }
  }
}
