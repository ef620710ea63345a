import CAMNet
import Foundation
import Plot
import Synchronization
import Threads

/// How the time grows with a photo's size, with how many run at once, and with how many get a report.
public struct BenchmarkGrowth: Sendable {
  /// A count or a size, and milliseconds.
  typealias Point = (x: Double, y: Double)

  private let model: String
  private let sizes: [Point]
  private let batches: [Point]
  private let reports: [Point]

  /// - Parameters:
  ///   - photo: the path of one, which is reported on as often as the last chart says.
  ///   - runs: how many each median is of.
  public init(
    model name: String?, weights: WeightsSource?, photo: String, options: ExecutionOptions,
    runs: Int
  ) throws {
    var single = options
    single.threads = 1
    let alone = try LoadedModel(
      modelName: name, weights: weights, classes: nil, options: options)
    let together = try LoadedModel(
      modelName: name, weights: weights, classes: nil, options: single)
    let network = alone.model.network
    model = alone.model.title
    sizes = try [112, 160, 224, 320, 448].map { size in
      (
        Double(size),
        try Self.median(runs) { try alone.executor.pass(Benchmark.input(size: InputSize(size))) }
      )
    }
    batches = try [1, 2, 4, 8, 16].map { count in
      (
        Double(count),
        try Self.median(runs) {
          try Self.sideBySide(count) { _ in
            try (count == 1 ? alone : together).executor.pass(
              Benchmark.input(size: network.defaultSize))
          }
        }
      )
    }
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "camreport-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let walkthrough = try Walkthrough(
      model: together,
      options: InputOptions(size: network.defaultSize, filter: .bicubic),
      words: try Words(.english, .builtIn))
    let layout = try Layout(.builtIn)
    reports = try [1, 8, 16, 32, 64].map { count in
      (
        Double(count),
        try Self.median(min(runs, 3)) {
          try Self.sideBySide(count) { index in
            let report = try walkthrough.run(try Photo(contentsOf: photo))
            try ReportWriter(folder: "\(folder)/\(index)").write(
              report,
              record: RunRecord(
                report, layout: layout, version: "", command: [], environment: .current),
              layout: layout)
          }
        }
      )
    }
  }

  /// The median time of some runs, after one that is not counted.
  private static func median(_ runs: Int, _ body: () throws -> Void) throws -> Double {
    try body()
    let clock = ContinuousClock()
    return Benchmark.median(
      try (0..<runs).map { _ in try clock.measure { try body() }.milliseconds })
  }

  /// Runs `body` for 0 … `count` − 1, as many at once as there are cores.
  private static func sideBySide(
    _ count: Int, _ body: @Sendable (Int) throws -> Void
  ) throws {
    let failure = Mutex<(any Error)?>(nil)
    Threads.share(count) { index in
      do {
        try body(index)
      } catch {
        failure.withLock { $0 = error }
      }
    }
    if let error = failure.withLock({ $0 }) { throw error }
  }

  /// Three charts as a PNG file's bytes, each with a line that grows as the work does.
  public func png() throws -> [UInt8] {
    let cores = ProcessInfo.processInfo.activeProcessorCount
    return try FigureRow([
      chart("Image size", "pixels a side", sizes, growth: { $0 * $0 }, "as the pixels"),
      chart(
        "Photos at once, \(cores) cores", "photos", batches, growth: { $0 }, "as one by one"),
      chart("Photos with reports", "photos", reports, growth: { $0 }, "as the first"),
    ]).pngData(scale: 2)
  }

  /// - Parameter growth: what the time would grow with from the first point.
  private func chart(
    _ title: String, _ horizontal: String, _ points: [Point], growth: (Double) -> Double,
    _ name: String
  ) -> LineChart {
    let first = points[0]
    return LineChart(
      title: title, horizontal: horizontal, vertical: "milliseconds",
      lines: [
        LineChart.Line(
          label: name, points: points.map { ($0.x, first.y * growth($0.x) / growth(first.x)) },
          color: Color(0x9CA3AF), isDashed: true),
        LineChart.Line(label: model, points: points, color: Color(0x2563EB)),
      ])
  }
}
