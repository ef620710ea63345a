import CAMNet
import Foundation

/// How long a network takes on this machine, layer by layer.
public struct Benchmark: Sendable, Encodable {
  public let model: String
  public let size: InputSize
  /// The instruction set of the kernels.
  public let kernels: String
  public let cpu: String
  public let threads: Int
  public let runs: Int
  public let layers: [LayerTime]
  /// Whole forward passes, without statistics, in the order in which they ran.
  public let forwardSamples: [Double]
  /// Their median.
  public let forwardMilliseconds: Double
  public let gflops: Double

  public struct LayerTime: Sendable, Encodable {
    public let name: String
    public let algorithm: LayerAlgorithm
    public let milliseconds: Double
    /// Two operations for each of the layer's multiply-adds, whatever the algorithm spares.
    public let gflops: Double
  }

  /// Passes before any is timed: this long, and at least this many.
  private static let warmUp = (duration: Duration.milliseconds(500), runs: 5)

  /// - Parameters:
  ///   - size: the input in pixels; nil for the size that the network was trained at.
  ///   - runs: how many passes each median is of.
  public init(_ loaded: LoadedModel, size: InputSize? = nil, runs: Int) throws {
    let network = loaded.model.network
    let size = size ?? network.defaultSize
    let input = Self.input(size: size)
    let executor = loaded.executor
    let options = executor.options
    let clock = ContinuousClock()
    // The first passes prepare the weights, and bring memory and the clock to what they stay at.
    let start = clock.now
    var warmed = 0
    while warmed < Self.warmUp.runs || clock.now - start < Self.warmUp.duration {
      try executor.pass(input)
      warmed += 1
    }
    forwardSamples = try (0..<runs).map { _ in
      try clock.measure { try executor.pass(input) }.milliseconds
    }
    var times: [[Double]] = Array(repeating: [], count: network.layers.count)
    var algorithms: [LayerAlgorithm] = []
    for _ in 0..<runs {
      try executor.withForwardPass(input, measures: false) { pass in
        var index = 0
        while let layer = try pass.next() {
          times[index].append(layer.duration.milliseconds)
          algorithms.append(layer.algorithm)
          index += 1
        }
      }
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
    forwardMilliseconds = Self.median(forwardSamples)
    gflops =
      2 * Double(shapes.reduce(0) { $0 + $1.multiplyAdds }) / forwardMilliseconds / 1e6
  }

  /// A photo of made-up pixels: any photo's work is the same.
  static func input(size: InputSize) -> Tensor {
    Tensor(shape: Network.inputShape(size)) { pixels in
      for index in pixels.indices { pixels[index] = Float(index &* 2_654_435_761 >> 7 & 255) }
    }
  }

  static func median(_ values: [Double]) -> Double {
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

      \(model) at \(size), \(kernels), \(threads) threads, \(cpu)
      forward \(String(format: "%.2f", forwardMilliseconds)) ms (median of \(runs)), \
      \(String(format: "%.0f", gflops)) GFLOP/s
      """
  }
}

extension LoadedModel {
  /// A model whose work is timed, which does not depend on its weights.
  /// - Parameter weights: nil for the model's own, else synthetic ones.
  public init(
    toTime name: String?, weights: WeightsSource?, size: InputSize?, options: ExecutionOptions
  ) throws {
    let needsWeights =
      try name.map { try !NetworkFile.isNamed($0) && !Model.named($0).hasEmbeddedWeights } ?? false
    try self.init(
      modelName: name, weights: weights ?? (needsWeights ? .synthetic(seed: "bench") : nil),
      classes: nil, options: options, size: size)
  }
}

extension Executor {
  /// One forward pass without statistics.
  func pass(_ input: Tensor) throws {
    try withForwardPass(input, measures: false) { try $0.finish() }
  }
}
