import CAMNet
import Foundation
import Synchronization
import TestSupport
import Testing
import Training

@Suite("Reading photos")
struct PhotoReaderTests {
  private let data: DataFolder

  init() throws {
    data = try DataFolder()
  }

  private func jpeg(_ seed: String, width: Int = 12, height: Int = 8) throws -> [UInt8] {
    try SyntheticWeights(seed: seed).image(width: width, height: height).jpegData(quality: 90)
  }

  private func writePhotos(_ count: Int, of label: String) throws {
    for index in 0..<count {
      try data.write(jpeg("\(label) \(index)"), "\(label)/\(index).jpg")
    }
  }

  private func read(badPhotos: Double = 5) throws -> ReadData {
    try PhotoReader(size: 16).read(DataSet(data.path), badPhotos: badPhotos) { _, _ in }.data
  }

  @Test("the network sees the pixels that a report of the photo shows it, upright")
  func pixels() throws {
    try writePhotos(1, of: "cat")
    let upright = try FileBytes(contentsOf: Fixture.path("image-orientation6.jpg"))
    try data.write(upright.withUnsafeBytes { Array($0) }, "dog/1.jpg")
    let reader = PhotoReader(size: 24)
    let inputs = try reader.read(DataSet(data.path), badPhotos: 0) { _, input in input }
    let expected = try upright.withUnsafeBytes {
      try DecodedImage(decoding: $0, name: "photo", shrinks: true)
        .prepared(size: 24, filter: .bicubic, fitting: .squeeze).image
    }
    #expect(inputs.values[1] == expected)
    let photo = inputs.data.photos[1]
    #expect(try reader.input(photo) == expected)
    #expect((photo.width, photo.height) == (16, 24))
  }

  @Test("what is done with each photo is given in the photos' order, with the file's hash")
  func values() throws {
    try writePhotos(20, of: "cat")
    try writePhotos(20, of: "dog")
    let set = try DataSet(data.path)
    let read = try PhotoReader(size: 16).read(set, badPhotos: 0) { photo, input in
      "\(photo.photo.name) \(input.width)"
    }
    #expect(read.values == set.photos.map { "\($0.name) 16" })
    #expect(read.data.photos.map(\.photo) == set.photos)
    let png = try FileBytes(contentsOf: Fixture.path("image-rgb.png"))
    try data.write(png.withUnsafeBytes { Array($0) }, "cat/ first.png")
    // By sha256sum.
    #expect(
      try self.read().photos[0].sha256
        == "57c13c370fca0f7e73475d7fa0cf271e30832555d6bc5581781f45c34ba191b3")
  }

  @Test("a photo that cannot be read is named, with the reason, and passed over")
  func skipped() throws {
    try writePhotos(30, of: "cat")
    try writePhotos(10, of: "dog")
    try data.write(jpeg("half").prefix(200), "cat/half.jpg")
    try data.link("dog/nothing.png", to: "nowhere")
    let read = try read()
    #expect(read.photos.count == 40)
    #expect(
      read.skipped == [
        .init(
          path: data("cat/half.jpg"),
          reason: "is truncated: the data end before the picture does; copy or download it again"),
        .init(path: data("dog/nothing.png"), reason: "there is no such file"),
      ])
  }

  @Test("a pipe is named, and not waited for")
  func pipe() throws {
    try writePhotos(2, of: "cat")
    try writePhotos(2, of: "dog")
    #expect(mkfifo(data("cat/pipe.jpg"), 0o600) == 0)
    #expect(try read(badPhotos: 50).skipped.map(\.reason) == ["is no file, but a pipe or a device"])
  }

  @Test("more unreadable photos than allowed end the reading, with the first three")
  func tooMany() throws {
    try writePhotos(50, of: "cat")
    try writePhotos(40, of: "dog")
    for index in 1...10 { try data.write("", "dog/empty \(index).jpg") }
    let sentence = data.refusal { try read(badPhotos: 2.5) }
    #expect(
      sentence
        == "DATA: 3 of the first 93 photos cannot be read, and of all 100 at most 2.5 % may be so. "
        + "DATA/dog/empty 1.jpg: the file is empty; DATA/dog/empty 10.jpg: the file is empty; "
        + "DATA/dog/empty 2.jpg: the file is empty")
    #expect(data.refusal { try read(badPhotos: 10) } == nil)
  }

  @Test("a class of which no photo can be read is named")
  func emptiedClass() throws {
    try writePhotos(50, of: "cat")
    try data.write("words", "dog/1.jpg")
    #expect(
      data.refusal { try read() }
        == "DATA: no photo of the class 'dog' can be read. DATA/dog/1.jpg: is text, and not a picture, such as JPEG or PNG"
    )
  }

  @Test("an error of what is done with a photo is thrown, the first in the photos' order")
  func failure() throws {
    try writePhotos(10, of: "cat")
    try writePhotos(10, of: "dog")
    struct Failure: Error, Equatable { let name: String }
    #expect(throws: Failure(name: "cat/3.jpg")) {
      try PhotoReader(size: 8).read(DataSet(data.path), badPhotos: 0) { photo, _ in
        if ["cat/3.jpg", "cat/4.jpg", "dog/1.jpg"].contains(photo.photo.name) {
          throw Failure(name: photo.photo.name)
        }
      }
    }
  }

  @Test("a photo that changed since it was first read is refused")
  func changed() throws {
    try writePhotos(1, of: "cat")
    try writePhotos(1, of: "dog")
    let photo = try read().photos[0]
    try data.write(jpeg("another"), "cat/0.jpg")
    #expect(
      data.refusal { try PhotoReader(size: 16).input(photo) }
        == "DATA/cat/0.jpg: changed while it was read")
  }

  @Test("augmentation follows from seed, epoch and name, in the order of the list")
  func augmented() throws {
    try data.write(jpeg("large", width: 60, height: 40), "cat/1.jpg")
    try writePhotos(1, of: "dog")
    let photo = try read().photos[0]
    let reader = PhotoReader(size: 16)
    let changes = Augmentations.named(["color", "flip", "crop"])
    #expect(changes.map(\.name) == ["crop", "flip", "color"])
    let input = { (seed: String, epoch: Int) in
      try reader.input(photo, changedBy: changes, seed: seed, epoch: epoch)
    }
    #expect(try input("s", 1) == input("s", 1))
    #expect(try input("s", 1) != input("s", 2))
    #expect(try input("s", 1) != input("t", 1))
    #expect(try input("s", 1).width == 16)
    // The same crop, whatever else is asked for.
    let cropped = try reader.input(
      photo, changedBy: Augmentations.named(["crop"]), seed: "s", epoch: 1)
    let flips = try (0..<20).filter { epoch in
      let crop = try reader.input(
        photo, changedBy: Augmentations.named(["crop"]), seed: "s", epoch: epoch)
      let both = try reader.input(
        photo, changedBy: Augmentations.named(["crop", "flip"]), seed: "s", epoch: epoch)
      return crop != both
    }
    #expect(try cropped != reader.input(photo))
    #expect((3...17).contains(flips.count))
  }
}
