import CAMNet
import Foundation
import Training

/// How long a step of training all of a network's parameters takes on this machine, layer by layer.
public struct TrainingBenchmark: Sendable, Encodable {
  public let model: String
  public let size: InputSize
  /// The instruction set of the kernels.
  public let kernels: String
  public let cpu: String
  public let threads: Int
  /// How many photos' gradients make a step.
  public let batch: Int
  public let runs: Int
  /// The medians of a step's parts.
  public let layers: [LayerTime]
  /// What the optimizer took for all parameters: SGD with momentum and decay of weights.
  public let optimizerMilliseconds: Double
  /// Whole steps, each of a batch, in milliseconds, in the order in which they ran.
  public let stepSamples: [Double]
  /// Their median.
  public let stepMilliseconds: Double

  /// A layer's milliseconds of a step, all photos of the batch together.
  public struct LayerTime: Sendable, Encodable {
    public let name: String
    public let forwardMilliseconds: Double
    public let backwardMilliseconds: Double
  }

  /// Steps before any is timed: the first bring memory and the clock to what they stay at.
  private static let warmUp = 2

  /// - Parameters:
  ///   - size: the input in pixels; nil for the size that the network was trained at.
  ///   - batch: how many photos' gradients make a step.
  ///   - runs: how many steps each median is of.
  public init(_ loaded: LoadedModel, size: InputSize? = nil, batch: Int, runs: Int) throws {
    let network = loaded.model.network
    try network.checkGradients()
    let size = size ?? network.defaultSize
    let options = loaded.executor.options
    let steps = try TimedSteps(
      loaded.executor, output: network.layers[network.layers.count - 1].name,
      input: Benchmark.input(size: size), batch: batch)
    for number in 0..<Self.warmUp { _ = try steps.step(number + 1) }
    let times = try (0..<runs).map { try steps.step(Self.warmUp + $0 + 1) }
    let median = { (part: (TimedSteps.Times) -> Duration) in
      Benchmark.median(times.map { part($0).milliseconds })
    }
    model = network.name
    self.size = size
    kernels = options.kernels.name
    cpu = RunRecord.Environment.current.cpu
    threads = options.threads ?? ProcessInfo.processInfo.activeProcessorCount
    self.batch = batch
    self.runs = runs
    layers = network.layers.enumerated().map { index, layer in
      LayerTime(
        name: layer.name, forwardMilliseconds: median { $0.layers[index].forward },
        backwardMilliseconds: median { $0.layers[index].backward })
    }
    optimizerMilliseconds = median(\.optimizer)
    stepSamples = times.map(\.step.milliseconds)
    stepMilliseconds = median(\.step)
  }

  public func json() throws -> String {
    String(decoding: try JSONEncoder.record.encode(self), as: UTF8.self)
  }

  public func text() -> String {
    let format = { (milliseconds: Double) in String(format: "%.3f", milliseconds) }
    let table = TextTable(
      head: ["layer", "forward ms", "backward ms"], alignRight: [1, 2],
      rows: layers.map {
        [$0.name, format($0.forwardMilliseconds), format($0.backwardMilliseconds)]
      } + [["optimizer", "", format(optimizerMilliseconds)]])
    return table.lines().joined(separator: "\n") + """

      \(model) at \(size), \(kernels), \(threads) threads, \(cpu)
      step of \(batch) \(batch == 1 ? "photo" : "photos") \
      \(String(format: "%.2f", stepMilliseconds)) ms (median of \(runs)), \
      \(String(format: "%.2f", stepMilliseconds / Double(batch))) ms a photo
      """
  }
}
