import CAMNet
import Plot

/// A part of the walk-through.
public enum Section: String, Sendable, CaseIterable {
  case setup, network, prediction, localization
  case fineTuning = "fine_tuning"
}

/// One cell of the walk-through: what is done, the code that says so, and what came of it.
public struct Step: Sendable {
  public let number: Int
  /// Unique in its report: a link's anchor, a tensor's file name.
  public let name: String
  public let section: Section
  /// The part of the network the step's layer belongs to.
  public let block: String?
  public let operation: String
  public let title: String
  /// Markdown.
  public let prose: String
  public let code: String
  public let inputShapes: [Shape]
  /// Nil for a step that makes no tensor.
  public let outputShape: Shape?
  /// `float32` or `uint8`.
  public let scalarType: String
  public let arithmetic: [OutputSize]
  public let parameters: Int
  public let multiplyAdds: Int
  /// The title and the prose as HTML, made for the first page.
  let html: Later<(title: String, prose: String)>
  public internal(set) var status: Status = .notRun
  public internal(set) var result = Result()
  /// How the step differs from what a lock file says of it.
  public internal(set) var differences: [String] = []

  public enum Status: Sendable, Equatable {
    case completed
    case failed(String)
    case notRun

    /// `completed`, `failed` or `not_run`.
    var name: String {
      switch self {
      case .completed: "completed"
      case .failed: "failed"
      case .notRun: "not_run"
      }
    }

    /// Why the step failed.
    var failure: String? {
      if case .failed(let sentence) = self { sentence } else { nil }
    }
  }

  /// What only running the step can tell.
  public struct Result: Sendable {
    public var statistics: TensorStatistics?
    /// How a layer was computed.
    public var algorithm: LayerAlgorithm?
    public var milliseconds: Double?
    /// Markdown: what the numbers show.
    public var text: String?
    public var table: Table?
    public var figures: [StepFigure] = []
  }

  /// Rows of text under a head; all columns but the first hold numbers where `isNumeric` says so.
  public struct Table: Sendable {
    public let head: [String]
    public let isNumeric: [Bool]
    public let rows: [[String]]
  }
}

/// A picture in a step as a value, with words for those who cannot see it. Each format draws it in its own way.
public struct StepFigure: Sendable {
  let content: Content
  public let alternativeText: String
  public let caption: String

  enum Content: Sendable {
    case photo(RGBImage)
    case figure(any PictureFigure)
    /// A figure of photos, which JPEG holds in a fraction of PNG's bytes.
    case photographic(any PictureFigure)
  }

  /// PNG or JPEG bytes, with the size at which they are shown.
  public struct Picture: Sendable {
    public let bytes: [UInt8]
    public let mediaType: String
    public let width: Int
    public let height: Int
  }
}

extension Step {
  /// The step in one line of a log.
  public var logLine: String {
    let shape = outputShape.map { Formatted.tensor($0, scalarType) }
    let time = result.milliseconds.map { Formatted.milliseconds($0) + " ms" }
    return ([name, shape] + arithmetic.map(\.description) + [time]).compactMap { $0 }
      .joined(separator: "  ")
  }
}

extension Report.LabelledPrediction {
  /// The prediction in one line of a terminal.
  public var line: String {
    let percent = Formatted.percent(prediction.probability)
    return String(repeating: " ", count: max(0, 8 - percent.count)) + percent + "  " + label
  }
}

extension Step {
  /// The step's numbers in the order in which every format shows them, with the keys of their words. How long the step
  /// took is the run record's to say: a report of the same run is the same report.
  var facts: [(key: String, value: String)] {
    var facts: [(key: String, value: String)] = []
    if parameters > 0 { facts.append(("parameters", Formatted.count(parameters))) }
    if multiplyAdds > 0 { facts.append(("multiply_adds", Formatted.count(multiplyAdds))) }
    if let statistics = result.statistics {
      facts += [
        ("min", Formatted.significant(Double(statistics.minimum))),
        ("mean", Formatted.significant(statistics.mean)),
        ("max", Formatted.significant(Double(statistics.maximum))),
        ("std", Formatted.significant(statistics.standardDeviation)),
      ]
    }
    return facts
  }
}
