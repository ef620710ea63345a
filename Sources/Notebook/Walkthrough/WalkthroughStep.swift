import CAMNet

/// A step of the walk-through: everything of it but its words, which stand in the languages' files under its name.
///
/// A step takes what earlier steps gave from the ``Walk``, and never knows its place among them.
protocol WalkthroughStep: Sendable {
  /// Unique in its walk-through: the key of its words, a link's anchor, a tensor's file name.
  var name: String { get }
  var section: Section { get }
  /// The part of the network that the step's layer belongs to; nil for other steps.
  var block: String? { get }
  /// What kind of part that is; nil where nobody says it.
  var blockKind: String? { get }
  /// What the step does, as run records name it.
  var operation: String { get }
  /// Whether what is known before anything runs depends on the photo; else it is planned once for all photos.
  var isAboutPhoto: Bool { get }
  /// What is known of the step before anything runs.
  func plan(_ planning: Planning) throws -> StepPlan
  func run(_ walk: Walk) throws -> StepOutcome
  /// The step as a cell of a notebook that runs in NumPy.
  func program(_ cell: inout PythonCell, _ step: Step, _ report: Report) throws
}

extension WalkthroughStep {
  var block: String? { nil }
  var blockKind: String? { nil }
  var operation: String { name }
  var isAboutPhoto: Bool { false }

  func program(_ cell: inout PythonCell, _ step: Step, _ report: Report) throws {
    cell.line(step.code)
    if let name = step.plan.assigns { cell.show(name, step) }
  }
}

/// What a step is planned from.
struct Planning {
  let model: LoadedModel
  let options: InputOptions
  /// The network's layers at the input size of the options.
  let shapes: [LayerShapes]
  /// The photo; nil unless the step says that it is about it.
  let photo: Photo?

  /// The output of a layer.
  /// - Precondition: the network has the layer.
  func output(of layer: String) -> Shape {
    guard let entry = shapes.first(where: { $0.layer.name == layer }) else {
      preconditionFailure("\(model.model.name) has no layer '\(layer)'")
    }
    return entry.output
  }
}

/// What is known of a step before anything runs.
struct StepPlan: Sendable {
  /// The keys of the step's words, the most particular first; the step's name where there are none.
  var keys: [String] = []
  /// A line in the style of TensorFlow's Python.
  var code: String
  /// The name that the code line makes and a notebook shows: `probabilities` of `probabilities = …`.
  var assigns: String?
  var inputs: [Shape] = []
  /// The output's shape; nil for a step that makes no tensor.
  var output: Shape?
  /// The output's type: `float32` or `uint8`.
  var scalarType = "float32"
  var arithmetic: [OutputSize] = []
  /// How many values the step reads from the weights.
  var parameters = 0
  var multiplyAdds = 0
  /// What each of the output's values sees of the network's input; nil where there is no such thing.
  var receptiveField: ReceptiveField?
  /// What the step's title and prose may name.
  var fields: Fields = [:]
  /// Whether a lock keeps the step's numbers: not where floats were cut to whole numbers, which fall to either side of one on
  /// another machine.
  var isFingerprinted = true
}

/// What running a step gave.
struct StepOutcome {
  /// The output's statistics; nil for a step that makes no tensor.
  var statistics: TensorStatistics?
  /// How a layer was computed.
  var algorithm: LayerAlgorithm?
  /// What the sentence about the result may name; nil where there is no sentence.
  var sentence: Fields?
  var table: StepTable?
  var figures: [StepFigure] = []
  /// What else the notebook's cell holds its own numbers against, by names of the step's own.
  var numbers: [String: Double] = [:]
  /// The output, made only where somebody saves it or takes its fingerprint.
  var tensor: (() -> Tensor)?
  /// How long the step's work took where that was measured elsewhere; nil for the time that ``WalkthroughStep/run(_:)`` took.
  var took: Duration?
}

/// Rows of text under a head; all columns but the first hold numbers where `isNumeric` says so.
public struct StepTable: Sendable {
  public let head: [String]
  public let isNumeric: [Bool]
  public let rows: [[String]]
}
