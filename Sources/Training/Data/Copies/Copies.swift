import CAMNet
import Threads

/// Photos that show the same as another, so that a network which has learnt the one has seen the other.
///
/// Every photo is compared with every other: by all pixels; by small pictures laid over each other and over each other's mirror images
/// (``PictureAlignment``); and, of up to ``mostFeatures`` photos, by the direction of the frozen network's features. Those are alike
/// where their cosine is 0.87 or more, and they are five times as near (1 − cosine) as the tenth nearest photo of either, of few photos the
/// one that a quarter are nearer than: digits, X-rays or the photos of one class may all be alike to a network, and are no copies.
public struct Copies: Sendable {
  /// Two photos by their paths, and what is the same of them.
  public struct Pair: Sendable, Hashable {
    public let first: String
    public let second: String
    public let kind: DuplicatePair.Kind
    /// 1 for the same pixels, else the pictures' concordance or the features' cosine.
    public let similarity: Double
  }

  /// Beyond so many photos features are not compared: each has a thousand numbers.
  public static let mostFeatures = 5000
  /// Sketches that agree less are of no pictures that agree when one is laid over the other.
  private static let leastSketch: Float = 0.75
  private static let leastCosine = 0.87
  private static let nearer = 5.0
  /// How many photos are nearer than the one that says how near a photo ordinarily is.
  private static let ordinary = 9

  /// The pairs that were found, in the order of the photos: of many photos of the same pixels, each with the first of them.
  public let pairs: [Pair]

  /// - Parameters:
  ///   - fingerprints: of all photos by their paths.
  ///   - features: of photos by their paths, as many numbers of each; none where they are not to be compared.
  public init(_ fingerprints: [String: PhotoFingerprint], features: [String: [Float]] = [:]) {
    var pairs: [Pair] = []
    var firsts: [String: String] = [:]
    var paths: [String] = []
    for path in fingerprints.keys.sorted(by: Bytes.precede) {
      guard let pixels = fingerprints[path]?.pixels else { continue }
      if let first = firsts[pixels] {
        pairs.append(Pair(first: first, second: path, kind: .pixels, similarity: 1))
      } else {
        firsts[pixels] = path
        paths.append(path)
      }
    }
    pairs += Self.pictures(paths, fingerprints)
    if paths.count <= Self.mostFeatures {
      let known = Set(pairs.map { [$0.first, $0.second] })
      pairs += Self.features(paths.filter { features[$0] != nil }, features).filter {
        !known.contains([$0.first, $0.second])
      }
    }
    self.pairs = pairs
  }

  private static func pictures(
    _ paths: [String], _ fingerprints: [String: PhotoFingerprint]
  ) -> [Pair] {
    let pictures = paths.compactMap { fingerprints[$0]?.picture }
    let sketches = pictures.map(PictureSketch.init)
    var pairs: [Pair] = []
    inOrder(paths.count) { index in
      var ground: PictureAlignment.Ground?
      return (0..<index).compactMap { other -> Pair? in
        let (own, sketch) = (sketches[index], sketches[other])
        guard let isMirrored = own.isMirrored(sketch, least: leastSketch),
          PictureAlignment.isLikely(
            own.colors, isMirrored ? sketch.mirroredColors : sketch.colors)
        else { return nil }
        let known = ground ?? PictureAlignment.Ground(pictures[index])
        ground = known
        let agreement = PictureAlignment.agreement(
          known, pictures[other], isMirrored: isMirrored)
        guard let agreement else { return nil }
        return Pair(
          first: paths[other], second: paths[index], kind: .picture, similarity: agreement)
      }
    } take: { _, found in
      pairs += found
    }
    return pairs
  }

  private static func features(_ paths: [String], _ features: [String: [Float]]) -> [Pair] {
    let directions = paths.map { Direction(features[$0] ?? []) }
    var pairs: [Pair] = []
    var near: [(first: Int, second: Int, cosine: Double)] = []
    var distances: [Double] = []
    inOrder(paths.count) { index -> (near: [(Int, Double)], distance: Double) in
      let all = directions.map { directions[index].cosine(with: $0) }
      let others = (all[..<index] + all[(index + 1)...]).sorted(by: >)
      let ordinary = others.isEmpty ? 1 : others[min(Self.ordinary, others.count / 4)]
      let near = all[..<index].enumerated().filter { $1 >= leastCosine }
      return (near.map { ($0.offset, $0.element) }, 1 - ordinary)
    } take: { index, found in
      near += found.near.map { ($0.0, index, $0.1) }
      distances.append(found.distance)
    }
    for pair in near
    where (1 - pair.cosine) * nearer <= min(distances[pair.first], distances[pair.second]) {
      pairs.append(
        Pair(
          first: paths[pair.first], second: paths[pair.second], kind: .features,
          similarity: pair.cosine))
    }
    return pairs
  }
}

/// Features at length 1, eight at a time.
private struct Direction {
  private let values: [SIMD8<Float>]

  init(_ features: [Float]) {
    let length = features.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
    let scale = length > 0 ? Float(1 / length) : 0
    values = stride(from: 0, to: features.count, by: 8).map { start in
      var vector = SIMD8<Float>(repeating: 0)
      for index in start..<min(start + 8, features.count) {
        vector[index - start] = features[index] * scale
      }
      return vector
    }
  }

  func cosine(with other: Direction) -> Double {
    var sum = SIMD8<Float>(repeating: 0)
    for index in 0..<min(values.count, other.values.count) {
      sum += values[index] * other.values[index]
    }
    return Double(sum.sum())
  }
}
