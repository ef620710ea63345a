import CAMNet
import TestSupport
import Testing
import Training

@Suite("Copies", .enabled(if: GComprisPhotos.areInstalled, "gcompris-qt-data is not installed"))
struct CopiesTests {
  /// Every photo, or every tenth where the code is not optimized and takes a hundred times as long.
  private static func photos() throws -> [QtResources.File] {
    let photos = try GComprisPhotos.photos()
    #if DEBUG
      return stride(from: 0, to: photos.count, by: 10).map { photos[$0] }
    #else
      return photos
    #endif
  }

  private static func read(_ folder: DataFolder) throws -> ReadData {
    try PhotoReader(size: 224).read(DataSet(folder.path), badPhotos: 0) { _, _ in }.data
  }

  /// Expects the copy that is made of each photo to be found with its photo, and nothing else.
  private static func expectEach(
    _ kind: DuplicatePair.Kind, _ make: (RGBImage) throws -> [UInt8]
  ) throws {
    let folder = try DataFolder()
    let photos = try photos()
    for photo in photos {
      try folder.write(photo.bytes, "original/\(photo.path)")
      let image = try photo.bytes.withUnsafeBytes { try RGBImage(decoding: $0, name: photo.path) }
      try folder.write(make(image), "copy/\(photo.path)")
    }
    let pairs = try Copies(read(folder).fingerprints).pairs
    #expect(pairs.map(\.first).sorted() == photos.map { folder("copy/\($0.path)") })
    #expect(pairs.allSatisfy { $0.second == $0.first.replacing("/copy/", with: "/original/") })
    #expect(pairs.allSatisfy { $0.kind == kind && $0.similarity >= 0.99 })
  }

  @Test("photos that are different are no copies")
  func different() throws {
    let folder = try DataFolder()
    for photo in try Self.photos() { try folder.write(photo.bytes, photo.path) }
    #expect(try Copies(Self.read(folder).fingerprints).pairs.isEmpty)
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
