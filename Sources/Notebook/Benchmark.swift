import CAMNet
import Foundation

/// How long a network takes on this machine, layer by layer.
public struct Benchmark: Sendable, Encodable {
  public let model: String
  public let size: Int
  /// The instruction set of the kernels.
  public let kernels: String
  public let cpu: String
  public let threads: Int
  public let runs: Int
  public let layers: [LayerTime]
  /// Median of whole forward passes, without statistics.
  public let forwardMilliseconds: Double
  public let gflops: Double

  public struct LayerTime: Sendable, Encodable {
    public let name: String
    public let algorithm: LayerAlgorithm
    public let milliseconds: Double
    /// Two operations for each of the layer's multiply-adds, whatever the algorithm spares.
    public let gflops: Double
  }

  /// - Parameter weights: a file, `synthetic:SEED`, or nil for the model's own, else synthetic ones.
  public init(
    model name: String?, weights: String?, size: Int?, options: ExecutionOptions, runs: Int
  ) throws {
    let needsWeights = try name.map { try !Model.named($0).hasEmbeddedWeights } ?? false
    let loaded = try LoadedModel(
      modelName: name, weights: weights ?? (needsWeights ? "synthetic:bench" : nil), classes: nil,
      options: options)
    let network = loaded.model.network
    let size = size ?? network.defaultSize
    let input = Tensor(shape: Network.inputShape(size: size)) { pixels in
      // Any photo's work is the same.
      for index in pixels.indices { pixels[index] = Float(index &* 2_654_435_761 >> 7 & 255) }
    }
    var times: [[Double]] = Array(repeating: [], count: network.layers.count)
    var algorithms: [LayerAlgorithm] = []
    var whole: [Double] = []
    let clock = ContinuousClock()
    for run in 0...runs {
      let start = clock.now
      try loaded.executor.run(input, measures: false) { _ in }
      let duration = (clock.now - start).milliseconds
      var index = 0
      try loaded.executor.run(input, measures: false) { event in
        guard case .finished(let layer) = event else { return }
        if run == 0 {
          algorithms.append(layer.algorithm)
        } else {
          times[index].append(layer.duration.milliseconds)
        }
        index += 1
      }
      // The first run prepares the weights.
      if run > 0 { whole.append(duration) }
    }
    let shapes = try network.shapes(size: size)
    self.model = network.name
    self.size = size
    self.kernels = options.kernels.name
    self.cpu = RunRecord.Environment.current.cpu
    self.threads = options.threads ?? ProcessInfo.processInfo.activeProcessorCount
    self.runs = runs
    layers = shapes.indices.map { index in
      let milliseconds = Self.median(times[index])
      return LayerTime(
        name: shapes[index].layer.name, algorithm: algorithms[index], milliseconds: milliseconds,
        gflops: 2 * Double(shapes[index].multiplyAdds) / milliseconds / 1e6)
    }
    forwardMilliseconds = Self.median(whole)
    gflops =
      2 * Double(shapes.reduce(0) { $0 + $1.multiplyAdds }) / forwardMilliseconds / 1e6
  }

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  public func json() throws -> String {
    String(decoding: try JSONEncoder.record.encode(self), as: UTF8.self)
  }

  public func text() -> String {
    let table = TextTable(
      head: ["layer", "algorithm", "ms", "GFLOP/s"], alignRight: [2, 3],
      rows: layers.map {
        [
          $0.name, $0.algorithm.rawValue, String(format: "%.3f", $0.milliseconds),
          $0.gflops < 0.05 ? "" : String(format: "%.1f", $0.gflops),
        ]
      })
    return table.lines().joined(separator: "\n") + """

      \(model) at \(size) × \(size), \(kernels), \(threads) threads, \(cpu)
      forward \(String(format: "%.2f", forwardMilliseconds)) ms (median of \(runs)), \
      \(String(format: "%.0f", gflops)) GFLOP/s
      """
  }
}
