import CAMNet
import Foundation
import TestSupport
import Testing
import Training

@Suite("Splitting data")
struct SplitTests {
  private let data: DataFolder

  init() throws {
    data = try DataFolder()
  }

  private func write(_ counts: [String: Int], _ folder: String = "data") throws {
    for (label, count) in counts {
      for index in 0..<count {
        let photo = SyntheticWeights(seed: "\(label) \(index)").image(width: 8, height: 8)
        try data.write(photo.jpegData(quality: 80), "\(folder)/\(label)/\(index).jpg")
      }
    }
  }

  private func read(_ name: String = "data", classes: [String]? = nil) throws -> ReadData {
    try PhotoReader(size: 8).read(DataSet(data(name), classes: classes), badPhotos: 0) { _, _ in }
      .data
  }

  private func names(_ photos: [ReadPhoto]) -> [String] { photos.map(\.photo.name) }

  @Test("each class gives its part, at least one photo, but never its last")
  func stratified() throws {
    try write(["a": 1, "b": 2, "c": 3, "d": 10, "e": 23])
    let split = try Split(read(), fraction: 0.2, seed: "s")
    let summary = split.summary(path: "data", duplicates: [])
    #expect(summary.classes.map(\.name) == ["a", "b", "c", "d", "e"])
    #expect(summary.classes.map(\.validation) == [0, 1, 1, 2, 5])
    #expect(summary.classes.map(\.training) == [1, 1, 2, 8, 18])
    #expect(try Split(read(), fraction: 0.99, seed: "s").training.count == 5)
    #expect(try Split(read(), fraction: 0, seed: "s").validation.isEmpty)
  }

  @Test("the split follows from the seed; a photo more moves at most one of its class")
  func seeded() throws {
    try write(["a": 20, "b": 20])
    let first = try Split(read(), fraction: 0.25, seed: "s")
    #expect(
      try names(Split(read(), fraction: 0.25, seed: "s").validation) == names(first.validation))
    #expect(
      try names(Split(read(), fraction: 0.25, seed: "t").validation) != names(first.validation))
    try write(["a": 21])
    let second = try Split(read(), fraction: 0.25, seed: "s")
    let moved = Set(names(first.validation)).symmetricDifference(names(second.validation))
    #expect(moved.count <= 2 && moved.allSatisfy { $0.hasPrefix("a/") })
    #expect(names(second.training + second.validation).sorted() == names(try read().photos))
  }

  @Test(
    "a part of all photos or more, or less than none, is refused",
    arguments: [1, -0.1, .nan, .infinity])
  func fractions(fraction: Double) throws {
    try write(["a": 2, "b": 2])
    let sentence = data.refusal { try Split(read(), fraction: fraction, seed: "s") }
    #expect(
      sentence?.hasPrefix(
        "the part of the photos that is kept back is 0 or more and less than 1, not ") == true)
  }

  @Test("photos to judge by may be given, also as a list of some that are in the data")
  func given() throws {
    try write(["a": 4, "b": 4])
    try write(["a": 2], "kept")
    let all = try read()
    let apart = try Split(training: all, validation: read("kept", classes: all.classes))
    #expect((apart.training.count, apart.validation.count) == (8, 2))
    try data.write("data/a/1.jpg,a\ndata/b/3.jpg,b\n", "list.csv")
    let listed = try Split(training: all, validation: read("list.csv", classes: all.classes))
    #expect(names(listed.validation) == ["data/a/1.jpg", "data/b/3.jpg"])
    #expect(
      names(listed.training) == ["a/0.jpg", "a/2.jpg", "a/3.jpg", "b/0.jpg", "b/1.jpg", "b/2.jpg"])
    try data.write((0..<4).map { "data/b/\($0).jpg,b\n" }.joined(), "list.csv")
    #expect(
      data.refusal { try Split(training: all, validation: read("list.csv", classes: all.classes)) }
        == "DATA/list.csv: keeps back every photo of the class 'b'; leave some to train with")
  }

  /// Writes some photos of a class again, under other names.
  private func copy(_ label: String, _ number: Int, to numbers: Range<Int>) throws {
    let photo = SyntheticWeights(seed: "\(label) \(number)").image(width: 8, height: 8)
    for number in numbers {
      try data.write(photo.jpegData(quality: 80), "data/\(label)/\(number).jpg")
    }
  }

  @Test("a group of copies comes to one side, and photos without copies take the places")
  func separated() throws {
    try write(["a": 6, "b": 10])
    try copy("a", 0, to: 6..<10)
    let read = try read()
    let copies = Copies(read.fingerprints)
    // 0 and 6 … 9 show the same.
    let group = Set((Array(6..<10) + [0]).map { "a/\($0).jpg" })
    var split = try Split(read, fraction: 0.5, seed: "s")
    let kept = Set(names(split.validation))
    let moving = group.intersection(kept)
    try #require(!moving.isEmpty && moving != group)

    var left = split
    let found = left.separate(copies, moves: false)
    #expect(found.map(\.validation) == moving.sorted().map { data("data/\($0)") })
    #expect(found.allSatisfy { $0.moved == nil && $0.kind == .pixels && $0.similarity == 1 })
    #expect(Set(names(left.validation)) == kept)

    let moved = split.separate(copies, moves: true)
    #expect(moved.map(\.validation) == found.map(\.validation))
    #expect(moved.allSatisfy { $0.moved == $0.validation })
    let trained = Set(names(split.training))
    #expect(group.isSubset(of: trained))
    #expect(
      moved.allSatisfy { pair in trained.contains { pair.training.hasSuffix("/data/\($0)") } })
    // All five others of the class are kept back now, and the other class is as it was.
    #expect(names(split.validation).filter { $0.hasPrefix("a/") }.count == 5)
    #expect(
      Set(names(split.validation).filter { $0.hasPrefix("b/") })
        == kept.filter { $0.hasPrefix("b/") })
    #expect(names(split.training) == names(split.training).sorted())
    var again = split
    #expect(again.separate(copies, moves: true).isEmpty)
  }

  @Test("copies of copies come to the side of training too; a class keeps a photo to train with")
  func chained() throws {
    try write(["a": 8, "b": 2])
    let read = try read()
    // Each of the first three is like the next, and the third is not like the first.
    let features = Dictionary(
      uniqueKeysWithValues: read.photos.enumerated().map { index, photo in
        var values = [Float](repeating: 0, count: 12)
        let angle = Float(index) * 28 / 180 * .pi
        if index < 3 {
          (values[0], values[1]) = (cos(angle), sin(angle))
        } else {
          values[index] = 1
        }
        return (photo.photo.path, values)
      })
    let copies = Copies(read.fingerprints, features: features)
    #expect(
      copies.pairs.map { [$0.first, $0.second].sorted() }
        == [0, 1].map { [data("data/a/\($0).jpg"), data("data/a/\($0 + 1).jpg")] })
    try data.write("data/a/1.jpg,a\ndata/a/2.jpg,a\ndata/a/5.jpg,a\ndata/b/0.jpg,b\n", "kept.csv")
    var split = try Split(
      training: read, validation: self.read("kept.csv", classes: read.classes))
    let found = split.separate(copies, moves: true)
    #expect(found.map(\.validation) == [1, 2].map { data("data/a/\($0).jpg") })
    #expect(found.allSatisfy { $0.training == data("data/a/0.jpg") && $0.kind == .features })
    // What was given has no others to take the places.
    #expect(names(split.validation) == ["data/a/5.jpg", "data/b/0.jpg"])
    let summary = split.summary(path: "data", duplicates: found)
    #expect(summary.classes.map(\.training) == [7, 1])
  }

  @Test(
    "the data's hash changes with a byte, a name, a class or a side, and not with where the data lie"
  )
  func hash() throws {
    try write(["a": 4, "b": 4])
    let hash = { (folder: String, seed: String) in
      try Split(read(folder), fraction: 0.5, seed: seed).summary(path: folder, duplicates: [])
        .sha256
    }
    let first = try hash("data", "s")
    try write(["a": 4, "b": 4], "moved")
    #expect(try hash("moved", "s") == first)
    #expect(try hash("data", "t") != first)
    try write(["a": 4, "B": 4], "renamed")
    #expect(try hash("renamed", "s") != first)
    let photo = SyntheticWeights(seed: "other").image(width: 8, height: 8)
    try data.write(photo.jpegData(quality: 80), "data/a/0.jpg")
    #expect(try hash("data", "s") != first)
  }
}
