import CAMNet
import Foundation

extension FuzzTarget {
  /// A target for each weights format, which differ in their seeds alone.
  static let weights: [FuzzTarget] = [
    FuzzTarget(
      name: "npy", seeds: { try fixtures("weights-", "npy") + fixtures("python", "npy") },
      run: readWeights),
    FuzzTarget(name: "npz", seeds: { try fixtures("weights", "npz") }, run: readWeights),
    FuzzTarget(
      name: "safetensors", seeds: { try fixtures("weights", "safetensors") + [ownWeights()] },
      run: readWeights),
    FuzzTarget(name: "torch", seeds: { try fixtures("weights-torch", "pth") }, run: readWeights),
    FuzzTarget(name: "onnx-weights", seeds: { try fixtures("network-", "onnx") }, run: readWeights),
    FuzzTarget(name: "caffe", seeds: { try fixtures("weights", "caffemodel") }, run: readWeights),
  ]

  /// What `weights inspect`, `weights convert` and a run do with a file, the network aside.
  @Sendable private static func readWeights(_ bytes: [UInt8]) throws {
    let store = try WeightsStore(FileBytes(bytes, name: "file"), source: "file")
    for (index, entry) in store.entries.prefix(64).enumerated() {
      _ = "\(entry.shape)\(entry.scalarType.name)"
      _ = try store.tensor(at: index).statistics
    }
    let folder = try scratch("weights-\(ProcessInfo.processInfo.processIdentifier)")
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for ending in ["npy", "npz", "safetensors"] {
      try? store.write(to: "\(folder)/weights.\(ending)")
    }
    _ = try? Model.holding(store)
    _ = try NetworkParameters(store, for: Scene.model.fitted(to: store))
  }

  /// The weights of the network of the scene, as safetensors.
  private static func ownWeights() throws -> [UInt8] {
    let path = "\(try scratch("seeds"))/own.safetensors"
    try SyntheticWeights(seed: "fuzz").store(for: Scene.model).write(to: path)
    return try Array(Data(contentsOf: URL(filePath: path)))
  }
}
