import CAMNet

/// A step in its place, with its words. Those about no photo are made once and shared by all photos' reports.
final class PlannedStep: Sendable {
  let step: any WalkthroughStep
  let plan: StepPlan
  let number: Int
  /// The keys of the step's words, the most particular first.
  let keys: [String]
  let title: String
  let prose: String
  /// The names of the fields that the title and prose may have.
  let fieldNames: Set<String>
  /// The title, prose and arithmetic as HTML, made for the first page.
  let html: Later<(title: String, prose: String, arithmetic: [String])>

  init(_ step: any WalkthroughStep, number: Int, _ planning: Planning, _ words: Words) throws {
    let plan = try step.plan(planning)
    let model = planning.model.model.name
    let keys = ["\(model).\(step.name)"] + (plan.keys.isEmpty ? [step.name] : plan.keys)
    var fields = plan.fields
    fields["model"] = model
    try words.check(keys, fields)
    let (title, prose) = (words.title(keys, fields), words.prose(keys, fields))
    self.step = step
    self.plan = plan
    self.number = number
    self.keys = keys
    self.title = title
    self.prose = prose
    fieldNames = fields.names
    html = Later {
      (Markdown.inlineHTML(title), Markdown.html(prose), plan.arithmetic.map(\.mathML))
    }
  }
}

/// One cell of a report: what is done, the code that says so, and what came of it.
public struct Step: Sendable {
  let planned: PlannedStep
  public internal(set) var status: Status = .notRun
  public internal(set) var result = Result()
  /// How the step differs from what a lock file says of it.
  public internal(set) var differences: [String] = []

  init(_ planned: PlannedStep) {
    self.planned = planned
  }

  var plan: StepPlan { planned.plan }

  public var number: Int { planned.number }
  /// Unique in its report: a link's anchor, a tensor's file name.
  public var name: String { planned.step.name }
  public var section: Section { planned.step.section }
  /// The part of the network that the step's layer belongs to.
  public var block: String? { planned.step.block }
  public var blockKind: String? { planned.step.blockKind }
  public var operation: String { planned.step.operation }
  public var title: String { planned.title }
  /// The keys of the step's words, the most particular first.
  package var keys: [String] { planned.keys }
  /// The names of the fields that the step's title and prose may have.
  package var fieldNames: Set<String> { planned.fieldNames }
  /// What the step does and why: Markdown.
  public var prose: String { planned.prose }
  public var code: String { plan.code }
  public var inputShapes: [Shape] { plan.inputs }
  /// The output's shape; nil for a step that makes no tensor.
  public var outputShape: Shape? { plan.output }
  /// The output's type: `float32` or `uint8`.
  public var scalarType: String { plan.scalarType }
  public var arithmetic: [OutputSize] { plan.arithmetic }
  /// How many values the step reads from the weights.
  public var parameters: Int { plan.parameters }
  public var multiplyAdds: Int { plan.multiplyAdds }

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
    public internal(set) var statistics: TensorStatistics?
    /// How a layer was computed.
    public internal(set) var algorithm: LayerAlgorithm?
    public internal(set) var milliseconds: Double?
    /// What the numbers show: Markdown.
    public internal(set) var text: String?
    public internal(set) var table: StepTable?
    public internal(set) var figures: [StepFigure] = []
    /// What else the notebook's cell holds its own numbers against, by names of the step's own.
    var numbers: [String: Double] = [:]
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

  /// The step's numbers in the order in which every format shows them, with the keys of their words. How long the step
  /// took is the run record's to say: a report of the same run is the same report.
  var facts: [(key: String, value: String)] {
    var facts: [(key: String, value: String)] = []
    if parameters > 0 { facts.append(("parameters", Formatted.count(parameters))) }
    if multiplyAdds > 0 { facts.append(("multiply_adds", Formatted.count(multiplyAdds))) }
    if let field = plan.receptiveField { facts.append(("sees", field.size)) }
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
