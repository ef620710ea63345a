import Notebook
import Testing
import Training

/// What of two records of one training agrees.
@Suite struct TrainingComparisonTests {
  private let record = TrainingReportTests.record(classes: ["a", "b"], epochs: 3)

  /// The checks that differ, with what is said of them.
  private func differing(
    tolerance: Double = 0, _ change: (inout TrainingRecord) -> Void
  ) -> [String: [String]] {
    var now = record
    change(&now)
    let comparison = TrainingComparison(record, now, tolerance: tolerance)
    return comparison.checks.filter { !$0.details.isEmpty }
      .reduce(into: [:]) { $0[$1.name] = $1.details }
  }

  @Test func `a record agrees with itself, also where a loss is no number`() {
    var record = record
    record.epochs[1].training.crossEntropy = .nan
    let comparison = TrainingComparison(record, record, tolerance: 0)
    #expect(comparison.agrees && comparison.firstDiffering == nil)
    #expect(
      comparison.checks.map(\.name) == [
        "network", "data", "options", "range test", "epoch 1", "epoch 2", "epoch 3", "ending",
        "photos", "logits/weights", "stem/scale",
      ])
    let lines = comparison.lines(record, version: record.version)
    #expect(lines.first == "efficientnet-lite0, photos, weights embedded")
    #expect(lines.last == "11 of 11 checks agree, to the last digit")
    #expect(
      comparison.lines(record, version: "9")[1]
        == "written by camreport \(record.version); this is 9")
  }

  @Test func `each thing that a record says is compared`() {
    #expect(differing { $0.kernels = "AVX2" } == ["network": ["kernels was AVX-512, is AVX2"]])
    #expect(differing { $0.weightsSHA256 = "1" } == ["network": ["weights was embedded, is 1"]])
    #expect(differing { $0.data.sha256 = "1" } == ["data": ["photos and labels was 00, is 1"]])
    #expect(
      differing { $0.options.batch = 1 } == ["options": ["the options are others"]])
    #expect(
      differing { $0.rangeTest?.chosen = 0.01 }
        == ["range test": ["learning rate was 0.005, is 0.01"]])
    #expect(
      differing { $0.rangeTest = nil } == ["range test": ["learning rate is not in both"]])
    #expect(
      differing { $0.epochs[2].validation?.accuracy = 0 }
        == ["epoch 3": ["validation: accuracy was 0.95, is 0"]])
    #expect(
      differing { $0.epochs.removeLast() } == [
        "epoch 3": ["the training again has no such epoch"], "ending": ["epochs was 3, is 2"],
      ])
    #expect(
      differing { ($0.ending, $0.bestEpoch) = (.patience, nil) }
        == ["ending": ["reason was epochs, is patience", "best epoch was 3, is none"]])
    #expect(
      differing { $0.variables[0].gradientNorm = nil }
        == ["logits/weights": ["gradient's norm is not in both"]])
    #expect(
      differing { $0.variables.removeFirst() }
        == ["logits/weights": ["the training again has no such variable"]])
    #expect(
      differing {
        $0.variables.append(.init(name: "new", shape: [1], isTrained: true, decays: false, norm: 0))
      }
        == ["new": ["the record has no such variable"]])
    let path = record.evaluation?.photos[0].path ?? ""
    #expect(
      differing { $0.evaluation?.photos[0].said = 1 } == ["photos": ["\(path) was a, is b"]])
    #expect(
      differing { $0.evaluation?.photos[0].path = "other" }
        == ["photos": ["\(path): is not among the photos"]])
    #expect(differing { $0.evaluation = nil }.keys.sorted() == ["photos"])
  }

  @Test func `numbers may differ by the tolerance, relative to the largest of their kind`() {
    let change = { (record: inout TrainingRecord) in
      record.epochs[2].training.crossEntropy += 0.001
    }
    #expect(differing(tolerance: 1e-3, change).isEmpty)
    #expect(differing(tolerance: 1e-4, change).keys.sorted() == ["epoch 3"])
    var now = record
    change(&now)
    let lines = TrainingComparison(record, now, tolerance: 1e-3).lines(record, version: "9")
    #expect(lines.contains { $0.hasPrefix("  ✓ epoch 3  within 0.0006") }, "\(lines)")
    #expect(lines.last?.hasPrefix("11 of 11 checks agree, numbers within 0.0006") == true)
  }
}
