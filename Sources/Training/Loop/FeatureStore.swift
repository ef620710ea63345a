import CAMNet
import Crypto
import Foundation
import Synchronization
import Threads

/// What layers give of photos with a network's first weights, computed when it is first asked for, each photo on a core of its own,
/// and kept in memory and on disk.
///
/// A store of no layers gives the photos themselves.
public final class FeatureStore: Sendable {
  /// What is given of a photo.
  struct Features: Sendable {
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
  private let photos: [TrainingPhoto]
  private let size: Int
  private let shapes: [Shape]
  /// How many layers are run for a photo.
  private let depth: Int
  private let cache: FeatureCache?
  /// What keys of all photos begin with: all that the outputs follow from but the photo.
  private let identity: String
  private let memory = Mutex<(bytes: Int, features: [Int: Features])>((0, [:]))

  /// - Parameters:
  ///   - layers: the layers whose outputs are wanted; none for the photos themselves.
  ///   - executor: the network with its first weights.
  ///   - cache: where outputs are kept on disk; nil for nowhere.
  ///   - version: camreport's, whose every version may compute other values.
  public init(
    _ layers: [String], executor: Executor, photos: [TrainingPhoto], size: Int,
    cache: FeatureCache?, version: String
  ) throws {
    var options = executor.options
    options.keepsWeights = true
    options.threads = 1
    self.executor = Executor(
      executor.network, parameters: executor.parameters, options: options)
    self.layers = layers
    self.photos = photos
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

  /// A hash of all that the outputs of a photo follow from beside the photo.
  private static func identity(
    _ executor: Executor, depth: Int, layers: [String], size: Int, version: String
  ) -> String {
    let used = executor.network.layers[..<depth]
    var hash = SHA256()
    let options = executor.options
    let algorithm = options.algorithm.map { "\($0)" } ?? "any"
    let lines =
      [version, options.kernels.name, "\(options.isPrecise)", algorithm, "\(size)"] + layers
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

  /// The features of some photos by their places.
  /// - Parameters:
  ///   - epoch: the epoch whose random changes the photos have; nil for the photos as they are, whose features are kept.
  ///   - done: told after each photo, by the thread that asks.
  func features(
    of indices: [Int], epoch: Int? = nil, done: () throws -> Void = {}
  ) throws -> [Features] {
    let kept = epoch == nil ? memory.withLock { memory in indices.map { memory.features[$0] } } : []
    let missing = indices.indices.filter { epoch != nil || kept[$0] == nil }
    guard !missing.isEmpty else { return kept.compactMap { $0 } }
    var result = epoch == nil ? kept : [Features?](repeating: nil, count: indices.count)
    // As many at once that no core waits long for another's photo, and few enough that an interrupt is soon heard.
    let share = 8 * ProcessInfo.processInfo.activeProcessorCount
    for start in stride(from: 0, to: missing.count, by: share) {
      let part = missing[start..<min(start + share, missing.count)]
      let computed = Mutex<[Int: Result<Features, any Error>]>([:])
      Threads.share(part.count) { number in
        let place = part[part.startIndex + number]
        let features = Result { try self.compute(indices[place], epoch) }
        computed.withLock { $0[place] = features }
      }
      for place in part {
        result[place] = try computed.withLock { try $0[place]?.get() }
        try done()
      }
    }
    return result.compactMap { $0 }
  }

  private func compute(_ index: Int, _ epoch: Int?) throws -> Features {
    let photo = photos[index]
    guard epoch == nil else { return try run(photo, epoch) }
    let key = Hashing.sha256([identity, photo.sha256])
    let isOnDisk = cache != nil && !layers.isEmpty
    let features: Features
    if isOnDisk, let tensors = cache?.tensors(key, shapes: shapes) {
      features = Features(Dictionary(uniqueKeysWithValues: zip(layers, tensors)))
    } else {
      features = try run(photo, nil)
      if isOnDisk { cache?.keep(layers.compactMap { features.outputs[$0] }, key) }
    }
    memory.withLock { memory in
      let bytes = features.bytes
      guard memory.bytes + bytes <= Self.memoryLimit, memory.features[index] == nil else { return }
      memory.bytes += bytes
      memory.features[index] = features
    }
    return features
  }

  private func run(_ photo: TrainingPhoto, _ epoch: Int?) throws -> Features {
    let image = try photo.read(epoch)
    guard !layers.isEmpty else { return Features(image: image) }
    let input = image.tensor.reshaped(Network.inputShape(size: size))
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
