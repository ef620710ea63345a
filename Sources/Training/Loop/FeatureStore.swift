import CAMNet
import Crypto
import Foundation
import Synchronization
import Threads

/// What layers give of photos with a network's first weights, each photo on a core of its own, kept in memory and on disk.
///
/// A store of no layers gives the photos themselves.
public final class FeatureStore: Sendable {
  /// What is given of a photo.
  public struct Features: Sendable {
    let image: RGBImage?
    let outputs: Activations

    init(image: RGBImage) {
      self.image = image
      outputs = Activations()
    }

    init(_ outputs: [String: Tensor]) {
      image = nil
      self.outputs = Activations(outputs)
    }
  }

  /// The most bytes that are kept in memory, 512 MB.
  static let memoryLimit = 512 << 20

  /// The layers whose outputs are given.
  let layers: [String]
  private let executor: Executor
  private let size: InputSize
  private let shapes: [Shape]
  /// How many layers are run for a photo.
  private let depth: Int
  private let cache: FeatureCache?
  /// What keys of all photos begin with: all that the outputs follow from but the photo.
  private let identity: String
  /// By the hash of the photo's file.
  private let memory = Mutex<(bytes: Int, features: [String: Features])>((0, [:]))

  /// - Parameters:
  ///   - layers: the layers whose outputs are wanted; none for the photos themselves.
  ///   - executor: the network with its first weights.
  ///   - cache: where outputs are kept on disk; nil for nowhere.
  ///   - version: camreport's, whose every version may compute other values.
  public init(
    _ layers: [String], executor: Executor, size: InputSize, cache: FeatureCache?, version: String
  ) throws {
    var options = executor.options
    options.keptWeights = .all
    options.threads = 1
    self.executor = Executor(
      executor.network, parameters: executor.parameters, options: options)
    self.layers = layers
    self.size = size
    self.cache = cache
    let network = executor.network
    let steps = try network.shapes(size: size)
    depth = (steps.lastIndex { layers.contains($0.layer.name) } ?? -1) + 1
    shapes = layers.compactMap { name in steps.first { $0.layer.name == name }?.output }
    let isDiskless = cache == nil || layers.isEmpty
    identity =
      isDiskless
      ? "" : Self.identity(executor, depth: depth, layers: layers, size: size, version: version)
  }

  /// The stores that give what several lists of layers name: one of the photos themselves, where a list is empty, and one of the
  /// layers of all others.
  static func all(
    _ lists: [[String]], executor: Executor, size: InputSize, cache: FeatureCache?, version: String
  ) throws -> [FeatureStore] {
    var layers: [String] = []
    for layer in lists.joined() where !layers.contains(layer) { layers.append(layer) }
    return try ((lists.contains([]) ? [[]] : []) + (layers.isEmpty ? [] : [layers])).map {
      try FeatureStore($0, executor: executor, size: size, cache: cache, version: version)
    }
  }

  /// Whether the store gives what these layers, or the photos themselves, do.
  func gives(_ layers: [String]) -> Bool {
    layers.isEmpty == self.layers.isEmpty && layers.allSatisfy(self.layers.contains)
  }

  /// A hash of all that the outputs of a photo follow from beside the photo.
  private static func identity(
    _ executor: Executor, depth: Int, layers: [String], size: InputSize, version: String
  ) -> String {
    let used = executor.network.layers[..<depth]
    var hash = SHA256()
    let options = executor.options
    let algorithm = options.algorithm.map { "\($0)" } ?? "any"
    let lines =
      [version, options.kernels.name, "\(options.isPrecise)", algorithm, size.text] + layers
      + used.flatMap { layer in
        [layer.code, "\(layer.kind.settings.sorted { $0.key < $1.key })"]
      }
    for line in lines { hash.update(data: Array((line + "\n").utf8)) }
    for declaration in executor.network.parameters
    where used.contains(where: { $0.parameterName(declaration.name.role) == declaration.name }) {
      hash.update(data: Array("\(declaration.name)\n".utf8))
      executor.parameters[declaration.name].stored.withUnsafeElements {
        hash.update(bufferPointer: UnsafeRawBufferPointer($0))
      }
    }
    return hash.finalize().hexadecimal
  }

  /// The features of a photo as it is, which are kept, on the thread that asks.
  /// - Parameters:
  ///   - sha256: the hash of the photo's file.
  ///   - input: gives the network's input made of it; not called where the features are kept already.
  @discardableResult
  public func features(sha256: String, input: () throws -> RGBImage) throws -> Features {
    if let features = memory.withLock({ $0.features[sha256] }) { return features }
    let features = try fromDisk(sha256, input)
    memory.withLock { memory in
      let bytes = features.bytes
      guard memory.bytes + bytes <= Self.memoryLimit, memory.features[sha256] == nil else { return }
      memory.bytes += bytes
      memory.features[sha256] = features
    }
    return features
  }

  private func fromDisk(_ sha256: String, _ input: () throws -> RGBImage) throws -> Features {
    guard let cache, !layers.isEmpty else { return try features(of: input()) }
    let key = Hashing.sha256([identity, sha256])
    if let tensors = cache.tensors(key, shapes: shapes) {
      return Features(Dictionary(uniqueKeysWithValues: zip(layers, tensors)))
    }
    let features = try features(of: input())
    cache.keep(layers.compactMap { features.outputs[$0] }, key)
    return features
  }

  /// The features of some photos, on all cores.
  /// - Parameter epoch: the epoch whose random changes the photos have; nil for the photos as they are.
  func features(of photos: [TrainingPhoto], epoch: Int? = nil) throws -> [Features] {
    let computed = Mutex<[Int: Result<Features, any Error>]>([:])
    Threads.share(photos.count) { number in
      let photo = photos[number]
      let features = Result {
        guard let epoch else {
          return try self.features(sha256: photo.sha256) { try photo.read(nil) }
        }
        return try self.features(of: photo.read(epoch))
      }
      computed.withLock { $0[number] = features }
    }
    return try computed.withLock { computed in
      try photos.indices.compactMap { try computed[$0]?.get() }
    }
  }

  private func features(of image: RGBImage) throws -> Features {
    guard !layers.isEmpty else { return Features(image: image) }
    let input = image.networkInput
    let kept = try executor.withForwardPass(
      input, measures: false, keeping: .layers(Set(layers))
    ) { pass in
      for _ in 0..<depth { _ = try pass.next() }
      return pass.kept
    }
    return Features(
      layers.reduce(into: [:]) { outputs, name in outputs[name] = kept[name] })
  }
}

extension FeatureStore.Features {
  /// How much memory they take.
  fileprivate var bytes: Int {
    image.map(\.pixels.count) ?? outputs.all.reduce(0) { $0 + $1.count * 4 }
  }
}
