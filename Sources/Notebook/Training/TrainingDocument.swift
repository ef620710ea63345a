import CAMNet
import Foundation
import Plot
import Training

/// A training's report before any format: sections of texts, tables and figures.
struct TrainingDocument: Sendable {
  /// A page's name in a browser's tab.
  let title: String
  /// The first sentence, Markdown.
  let headline: String
  /// What is to be known before anything else, Markdown.
  var warnings: [String] = []
  var sections: [Section] = []

  struct Section: Sendable {
    /// The anchor.
    let key: String
    let title: String
    var blocks: [Block] = []
  }

  enum Block: Sendable {
    /// Markdown.
    case text(String)
    case table(StepTable)
    case figure(StepFigure)
    /// A command line.
    case code(String)
  }
}

/// What a training did and gave, as a page, a Markdown document and a PDF.
public struct TrainingReport: Sendable {
  private let record: TrainingRecord
  let document: TrainingDocument
  let words: Words
  let layout: Layout

  /// The version of the camreport that trained.
  var version: String { record.version }

  /// - Parameters:
  ///   - trained: the network and its weights, for the maps of photos; nil where there are none to be shown.
  /// - Throws: what stands in the way of drawing a figure.
  public init(
    _ record: TrainingRecord, trained: TrainedNetwork?, words: Words, layout: Layout
  ) throws {
    self.record = record
    document = try TrainingDocument(record, trained, words)
    self.words = words
    self.layout = layout
  }

  /// The page, `index.html`, and the record, `training.json`.
  public func page() throws -> [ReportFile] {
    let json = try record.json(isPretty: true)
    return [
      ReportFile(name: "index.html") { try html() },
      ReportFile(name: "training.json") { json },
    ]
  }
}
