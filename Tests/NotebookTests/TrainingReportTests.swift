import CAMNet
import Foundation
import Notebook
import TestSupport
import Testing
import Training

/// A training's report says what its record says, in every format and language, whatever the classes are called.
@Suite struct TrainingReportTests {
  /// A record of a made-up training.
  static func record(
    classes: [String], epochs: Int = 12, isJudged: Bool = true, photos: Int = 40
  ) -> TrainingRecord {
    var options = TrainingOptions()
    options.trained = .all
    options.validation = isJudged ? .fraction(0.2) : .fraction(0)
    var generator = SeededGenerator(seed: 7)
    let evaluated = (0..<photos).map { index in
      let label = index % classes.count
      let said = index % 5 == 4 ? (label + 1) % classes.count : label
      let share = Double.random(in: 0.6...0.99, using: &generator)
      return EvaluatedPhoto(
        path: "\(classes[label])/photo\(index).jpg", label: label, said: said,
        labelProbability: said == label ? share : 1 - share, saidProbability: share,
        crossEntropy: -log(said == label ? share : 1 - share))
    }
    let history = (0..<epochs).map { epoch in
      let part = Double(epoch) / Double(max(epochs - 1, 1))
      return EpochRecord(
        epoch: epoch, isWarmUp: epoch == 0, learningRate: 0.05 * (1 - part),
        training: .init(
          crossEntropy: 1.4 * exp(-3 * part), weightDecay: 0.12, accuracy: 0.4 + 0.58 * part),
        validation: isJudged
          ? .init(
            crossEntropy: 1.3 * exp(-2 * part), weightDecay: 0.12, accuracy: 0.45 + 0.5 * part)
          : nil)
    }
    return TrainingRecord(
      version: "0.2.0", model: "efficientnet-lite0", title: "EfficientNet-Lite0",
      kernels: "AVX-512", weights: "embedded", output: "mine.safetensors", options: options,
      data: DataSummary(
        path: "photos", sha256: "00",
        classes: classes.enumerated().map {
          .init(name: $1, training: $0 == 0 ? 90 : 20, validation: isJudged ? 10 : 0)
        },
        skipped: [.init(path: "\(classes[0])/broken.jpg", reason: "is no picture")],
        duplicates: !isJudged
          ? []
          : [
            DuplicatePair(
              training: "a/1.jpg", validation: "a/2.jpg", kind: .picture, similarity: 0.97,
              moved: "a/2.jpg")
          ]),
      rangeTest: RangeTestRecord(
        points: (0..<40).map { step in
          let rate: Double = pow(10, -6 + Double(step) * 0.15)
          let loss: Double = step < 30 ? 1.4 - Double(step) * 0.03 : pow(1.5, Double(step - 30))
          return RangeTestRecord.Point(learningRate: rate, loss: loss)
        }, chosen: 0.005),
      epochs: history, bestEpoch: epochs - 1,
      evaluation: Evaluation(
        isValidation: isJudged, photos: evaluated,
        evidence: classes.indices.map {
          ClassEvidence(
            photos: 10, inMiddle: 0.31, alongBorder: 0.2, likeness: $0 == 1 ? 0.93 : 0.4,
            peakX: 0.5, peakY: 0.5, isFixed: $0 == 1)
        }),
      variables: [
        VariableRecord(
          name: "logits/weights", shape: [1280, classes.count], isTrained: true, decays: true,
          norm: 3.25, gradientNorm: 0.125, changeNorm: nil),
        VariableRecord(
          name: "stem/scale", shape: [32], isTrained: false, decays: false, norm: 8),
      ])
  }

  private func report(_ record: TrainingRecord, _ language: Language = .english) throws
    -> TrainingReport
  {
    try TrainingReport(
      record, trained: nil, words: Words(language, .builtIn), layout: Layout(.builtIn))
  }

  private func text(_ files: [ReportFile], _ name: String) throws -> String {
    let file = try #require(files.first { $0.name == name })
    return String(decoding: try file.contents(), as: UTF8.self)
  }

  @Test(arguments: Language.allCases)
  func `page, Markdown and PDF are made in every language`(language: Language) throws {
    let record = Self.record(classes: ["fishes", "monuments", "tools"])
    let report = try report(record, language)
    let page = try text(report.page(), "index.html")
    #expect(page.contains("<html lang=\"\(language.rawValue)\">"))
    #expect(!page.contains("training."), "an entry is missing")
    let markdown = try report.markdown(path: "out/report.md")
    #expect(try text(markdown, "report.md").contains("32"))
    #expect(markdown.contains { $0.name == "report-figures/classes-2.png" })
    let pdf = try report.pdf(path: "report.pdf", paper: .a4, date: nil)
    #expect(try pdf[0].contents().starts(with: Array("%PDF".utf8)))
    #expect(
      try pdf[0].contents() == report.pdf(path: "report.pdf", paper: .a4, date: nil)[0].contents())
  }

  @Test func `the headline counts the photos that were kept back`() throws {
    let record = Self.record(classes: ["a", "b"])
    let page = try text(report(record).page(), "index.html")
    #expect(page.contains("<strong>32 of 40</strong> photos that were kept back"))
    #expect(page.contains("out of balance"))
    #expect(page.contains("The maps of 'b' sit in one place"))
    #expect(page.contains("broken.jpg"))
  }

  @Test func `where no photos were kept back, the page says what that means`() throws {
    let record = Self.record(classes: ["a", "b"], isJudged: false)
    let page = try text(report(record).page(), "index.html")
    #expect(page.contains("photos that it was trained with are classified"))
    #expect(page.contains("No photos were kept back"))
  }

  @Test func `where all photos to be kept back are copies, the page says so`() throws {
    var record = Self.record(classes: ["a", "b"], isJudged: false)
    record.data.duplicates = Self.record(classes: ["a", "b"]).data.duplicates
    let page = try text(report(record).page(), "index.html")
    #expect(page.contains("All photos that were to be kept back are copies"))
    #expect(!page.contains("No photos were kept back"))
  }

  @Test func `a training that diverged before its first epoch was over is reported`() throws {
    var record = Self.record(classes: ["a", "b"], epochs: 1)
    (record.epochs, record.bestEpoch, record.evaluation) = ([], nil, nil)
    record.variables = []
    record.ending = .diverged
    let page = try text(report(record).page(), "index.html")
    #expect(page.contains("The training ended before its first epoch was over"))
    #expect(page.contains("no number in epoch 1"))
    #expect(!page.contains("Class by class"))
  }

  @Test func `what classes and files are called is never more than its letters`() throws {
    let record = Self.record(classes: ["<b>bold</b>", "*star* | `tick`", "물고기"])
    let report = try report(record)
    let page = try text(report.page(), "index.html")
    #expect(!page.contains("<b>bold") && page.contains("&lt;b&gt;bold"))
    #expect(!page.contains("<em>star"))
    let markdown = try text(report.markdown(path: "r.md"), "r.md")
    #expect(!markdown.contains(" *star*") && !markdown.contains("| <b>"))
  }

  @Test func `a hundred and twenty classes have their matrix`() throws {
    let record = Self.record(
      classes: (1...120).map { "class number \($0)" }, photos: 480)
    let report = try report(record)
    #expect(try text(report.page(), "index.html").contains("class number 120"))
    #expect(try report.pdf(path: "r.pdf", paper: .letter, date: nil)[0].contents().count > 1000)
  }

  @Test func `the record is read back as it was written`() throws {
    var record = Self.record(classes: ["a", "b"])
    record.weightsSHA256 = "abc"
    record.epochs[1].training.crossEntropy = .infinity
    let json = try text(report(record).page(), "training.json")
    #expect(try TrainingRecord(json: Array(json.utf8)) == record)
  }

  @Test func `the command line that trains the same again is the shell's`() throws {
    var record = Self.record(classes: ["a", "b"])
    record.data.path = "my photos"
    record.options.learningRate = 0.01
    record.options.classes = "the names.txt"
    record.options.boxes = "boxes.csv"
    let markdown = try text(report(record).markdown(path: "r.md"), "r.md")
    #expect(
      markdown.contains(
        "camreport finetune 'my photos' --out mine.safetensors --model efficientnet-lite0 "
          + "--train all --learning-rate 0.01 --classes 'the names.txt' --boxes boxes.csv\n"))
  }
}
