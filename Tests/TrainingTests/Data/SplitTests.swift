import CAMNet
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
