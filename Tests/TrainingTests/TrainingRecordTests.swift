import Foundation
import Testing
import Training

@Suite("Training records")
struct TrainingRecordTests {
  @Test("options are read back as they were written, and name their cases")
  func options() throws {
    var options = TrainingOptions()
    options.trained = .layers(["CAM_conv", "CAM_fc"])
    options.validation = .data("kept-back")
    let data = try JSONEncoder().encode(options)
    #expect(try JSONDecoder().decode(TrainingOptions.self, from: data) == options)
  }

  @Test("a confusion matrix counts true classes down and said ones across")
  func confusion() {
    let photos = [(0, 0), (0, 1), (1, 1)].map { label, said in
      EvaluatedPhoto(
        path: "photo", label: label, said: said, labelProbability: 0.5, saidProbability: 0.5,
        crossEntropy: 0.69)
    }
    let evaluation = Evaluation(isValidation: true, photos: photos, evidence: [])
    #expect(evaluation.confusion(classes: 2) == [[1, 1], [0, 1]])
  }
}
