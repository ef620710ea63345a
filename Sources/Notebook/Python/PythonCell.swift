import CAMNet
import Plot

/// A notebook's cell that is written line by line: its code, and the output that the report has of it.
struct PythonCell {
  private(set) var lines: [String] = []
  private var printed: [String] = []
  private var pictures: [JupyterDocument.Output] = []

  /// The step's cell.
  init(_ step: Step, _ report: Report) throws {
    try step.planned.step.program(&self, step, report)
  }

  var code: String { lines.joined(separator: "\n") }

  var outputs: [JupyterDocument.Output] {
    let text =
      printed.isEmpty
      ? [] : [JupyterDocument.Output.printed(printed.joined(separator: "\n") + "\n")]
    return text + pictures
  }

  /// Adds a line of code, or several.
  mutating func line(_ text: String) { lines.append(text) }

  /// Says what the code prints: a line.
  mutating func printed(_ text: String) { printed.append(text) }

  /// Shows a value's shape and statistics, with the report's numbers to hold them against.
  /// - Parameter shape: the value's shape where it is not shown as it lies.
  mutating func show(_ expression: String, _ step: Step, shape: Shape? = nil) {
    guard let statistics = step.result.statistics, let shape = shape ?? step.outputShape else {
      line("show(\(expression))")
      return
    }
    let numbers = [
      Double(statistics.minimum), statistics.mean, Double(statistics.maximum),
      statistics.standardDeviation,
    ]
    let recorded = numbers.map(PythonLiteral.number).joined(separator: ", ")
    line("show(\(expression), recorded=(\(recorded)))")
    printed(Formatted.tensor(shape, step.scalarType))
    printed(
      zip(["min", "mean", "max", "std"], numbers)
        .map { "\($0) \(Formatted.significant($1))" }.joined(separator: " · "))
  }

  /// Shows each of the step's figures as the picture that an expression makes.
  mutating func figures(
    _ expression: String, _ step: Step, columns: Int, edge: Int
  ) throws {
    for figure in step.result.figures {
      line("picture(\(expression), \(PythonLiteral.string(figure.alternativeText)))")
      try picture(figure, columns: columns, edge: edge)
    }
  }

  /// Says what picture the code shows: a figure's pictures side by side, each enlarged to `edge` pixels.
  mutating func picture(_ figure: StepFigure, columns: Int, edge: Int) throws {
    try picture(
      Raster(
        sideBySide: try figure.content.pictures, columns: columns, edge: edge,
        bars: figure.content.bars), isPhoto: false, figure.alternativeText)
  }

  /// Says what picture the code shows.
  /// - Parameter isPhoto: whether it is a photo rather than a drawing.
  mutating func picture(_ raster: Raster, isPhoto: Bool, _ alternativeText: String) throws {
    pictures.append(
      .picture(
        png: try raster.pngData(isPhoto: isPhoto), width: raster.width, height: raster.height,
        alternativeText: alternativeText))
  }
}

extension [ColorBar] {
  /// The expression of what the colours of maps stand for: `ranges(cam, [(-1.5, 3.25)])`.
  func python(_ maps: String) -> String {
    let recorded = map { PythonLiteral.tuple([$0.low, $0.high].map(PythonLiteral.number)) }
    return "ranges(\(maps), [\(recorded.joined(separator: ", "))])"
  }
}

extension LoadedModel {
  /// The expression that reads a parameter: `variable("stem/weights", read="conv_stem.weight", axes=(2, 3, 1, 0))`.
  func pythonRead(_ parameter: ParameterName) -> String {
    let name = "\(parameter)"
    let stored = model.layout.names(parameter)
    let axes = executor.parameters[parameter].axes
    var arguments = [PythonLiteral.string(name)]
    if stored != name { arguments.append("read=\(PythonLiteral.string(stored))") }
    if axes != axes.sorted() { arguments.append("axes=\(PythonLiteral.tuple(axes))") }
    return "variable(\(arguments.joined(separator: ", ")))"
  }
}
