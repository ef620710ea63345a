import CAMNet
import Foundation
import TestSupport
import Testing
import Training

/// Copies by the direction of a network's features, of photos whose pictures have nothing in common.
@Suite("Photos with like features")
struct LikeFeaturesTests {
  private let data: DataFolder
  private let read: ReadData

  init() throws {
    data = try DataFolder()
    for number in 0..<10 {
      let photo = SyntheticWeights(seed: "\(number)").image(width: 8, height: 8)
      try data.write(photo.jpegData(quality: 80), "\(number % 2 == 0 ? "a" : "b")/\(number).jpg")
    }
    read = try PhotoReader(size: 8).read(DataSet(data.path), badPhotos: 0) { _, _ in }.data
  }

  /// The pairs found where the photos have these features, by the photos' places.
  private func pairs(_ features: [[Float]]) -> [[Int]] {
    let paths = read.photos.map(\.photo.path)
    let found = Copies(
      read.fingerprints, features: Dictionary(uniqueKeysWithValues: zip(paths, features))
    ).pairs
    return found.map { pair in [pair.first, pair.second].compactMap(paths.firstIndex).sorted() }
  }

  /// Features that have nothing to do with each other, but that the second's cosine with the first is given.
  private func features(cosine: Double, length: Float = 1) -> [[Float]] {
    (0..<10).map { photo in
      var values = [Float](repeating: 0, count: 19)
      values[photo] = length
      if photo == 1 {
        values[0] = Float(cosine)
        values[1] = Float((1 - cosine * cosine).squareRoot())
      }
      return values
    }
  }

  @Test("a cosine of 0.87 is found, whatever the lengths, and less is not")
  func cosine() {
    #expect(pairs(features(cosine: 0.871)) == [[0, 1]])
    #expect(pairs(features(cosine: 0.871, length: 50)) == [[0, 1]])
    #expect(pairs(features(cosine: 0.869)).isEmpty)
    #expect(pairs(features(cosine: -0.99)).isEmpty)
    #expect(pairs([[Float]](repeating: [], count: 10)).isEmpty)
    #expect(pairs([[Float]](repeating: [0, 0], count: 10)).isEmpty)
  }

  @Test("where all photos are alike to a network, only what is five times as near is a copy")
  func crowd() {
    // All photos share a part; the first two share nearly all.
    func crowd(_ shared: Float, _ own: Float) -> [[Float]] {
      (0..<10).map { photo in
        var values = [Float](repeating: 0, count: 12)
        values[11] = shared
        values[photo < 2 ? 0 : photo] = 1
        if photo == 1 { values[1] = own }
        return values
      }
    }
    // 1 − cosine of two others is 1 / (1 + 3²) = 0.1; of the first two it is 0.0011 or 0.024.
    #expect(pairs(crowd(3, 0.15)) == [[0, 1]])
    #expect(pairs(crowd(3, 0.75)).isEmpty)
  }

  @Test("photos of two classes whose photos are all alike are no copies")
  func uniformClasses() {
    let features = (0..<10).map { photo in
      var values = [Float](repeating: 0, count: 12)
      values[photo % 2] = 1
      values[2 + photo] = 0.03
      return values
    }
    #expect(pairs(features).isEmpty)
  }

  @Test("a pair of the same pixels is named once, as that")
  func onceEach() throws {
    try data.write(Data(contentsOf: URL(filePath: data("a/0.jpg"))), "b/copy.jpg")
    let read = try PhotoReader(size: 8).read(DataSet(data.path), badPhotos: 0) { _, _ in }.data
    let features = Dictionary(
      uniqueKeysWithValues: read.photos.map { photo in
        (photo.photo.path, [Float](arrayLiteral: photo.photo.path.hasSuffix("3.jpg") ? -1 : 1, 0))
      })
    let pairs = Copies(read.fingerprints, features: features).pairs
    let own = pairs.filter { $0.first.hasSuffix("a/0.jpg") && $0.second.hasSuffix("copy.jpg") }
    #expect(own.map(\.kind) == [.pixels])
  }
}
