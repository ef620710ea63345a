import CAMNet
import Foundation
import Testing
import Training

@Suite("Evaluation")
struct EvaluationTests {
  @Test("probabilities and cross entropy are softmax's, however large the logits")
  func photo() {
    let photo = EvaluatedPhoto(path: "p", label: 0, logits: [1, 3, 2])
    let sum = exp(1.0) + exp(3.0) + exp(2.0)
    #expect(photo.said == 1)
    #expect(abs(photo.labelProbability - exp(1.0) / sum) < 1e-12)
    #expect(abs(photo.saidProbability - exp(3.0) / sum) < 1e-12)
    #expect(abs(photo.crossEntropy + log(exp(1.0) / sum)) < 1e-12)
    let large = EvaluatedPhoto(path: "p", label: 1, logits: [1e30, -1e30, 1e30])
    #expect(large.said == 0 && large.saidProbability == 0.5)
    #expect(large.labelProbability == 0 && large.crossEntropy > 1e30 && large.crossEntropy.isFinite)
  }

  private func evaluation(_ pairs: [(label: Int, said: Int)]) -> Evaluation {
    Evaluation(
      isValidation: true,
      photos: pairs.map {
        EvaluatedPhoto(
          path: "p", label: $0.label, said: $0.said, labelProbability: 0, saidProbability: 0,
          crossEntropy: 0)
      }, evidence: [])
  }

  @Test("precision and recall of each class, and none where there is nothing to divide by")
  func scores() {
    let evaluation = evaluation([(0, 0), (0, 0), (0, 1), (1, 1), (2, 0)])
    let scores = evaluation.scores(classes: 4)
    #expect(scores.map(\.photos) == [3, 1, 1, 0])
    #expect(scores.map(\.said) == [3, 2, 0, 0])
    #expect(scores.map(\.precision) == [2.0 / 3, 0.5, nil, nil])
    #expect(scores.map(\.recall) == [2.0 / 3, 1, 0, nil])
    #expect(evaluation.accuracy == 0.6)
    #expect(self.evaluation([]).accuracy == nil)
  }

  @Test("classes are out of balance where one has more than three times the photos of another")
  func balance() {
    func summary(_ counts: [Int]) -> DataSummary {
      DataSummary(
        path: "", sha256: "",
        classes: counts.enumerated().map { .init(name: "\($0)", training: $1 - 1, validation: 1) },
        skipped: [], duplicates: [])
    }
    #expect(summary([30, 10, 20]).imbalance == nil)
    #expect(summary([]).imbalance == nil)
    let found = summary([31, 10, 11, 5]).imbalance
    #expect(found?.largest.name == "0")
    #expect(found?.small.map(\.name) == ["1", "3"])
  }
}
