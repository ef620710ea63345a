import CAMNet
import Foundation
import Plot

/// A step as Python that runs: its own code line, what that line reads, and what it shows, with the output that the report
/// has of it.
struct StepProgram {
  private(set) var code: String
  private(set) var outputs: [JupyterDocument.Output] = []
  private var printed: [String] = []
  private var lines: [String] = []
  private let step: Step
  private let report: Report

  /// - Parameter layer: the layer that the step is, where it is one.
  init(_ step: Step, layer: LayerShapes?, _ report: Report) throws {
    self.step = step
    self.report = report
    code = ""
    if let layer {
      addParameters(of: layer)
      lines.append(step.code)
      addArithmetic(of: layer.layer)
      show(step.name)
      try addPictures()
    } else {
      try addStep()
    }
    if !printed.isEmpty {
      outputs.insert(.printed(printed.joined(separator: "\n") + "\n"), at: 0)
    }
    code = lines.joined(separator: "\n")
  }

  private var head: ClassActivationHead { report.model.head }

  // MARK: Layers

  private static let variables: [ParameterRole: String] = [
    .weights: "W", .biases: "b", .scale: "gamma", .shift: "beta", .mean: "mean",
    .variance: "variance",
  ]

  private mutating func addParameters(of entry: LayerShapes) {
    for (role, _) in entry.layer.kind.parameters(for: entry.inputs) {
      guard let variable = Self.variables[role] else { continue }
      let slice = role == .weights ? entry.layer.weightsSlice?.outputChannels : nil
      lines.append(
        "\(variable) = \(read(entry.layer.parameterName(role)))"
          + (slice.map { "[..., \($0.lowerBound):\($0.upperBound)]" } ?? ""))
    }
  }

  /// `variable("stem/weights", read="conv_stem.weight", axes=(2, 3, 1, 0))`
  private func read(_ parameter: ParameterName) -> String {
    let model = report.model.model
    let name = "\(parameter)"
    let stored = model.layout.names(parameter)
    let axes = report.model.executor.parameters[parameter].axes
    var arguments = [PythonLiteral.string(name)]
    if stored != name { arguments.append("read=\(PythonLiteral.string(stored))") }
    if axes != axes.sorted() { arguments.append("axes=\(PythonLiteral.tuple(axes))") }
    return "variable(\(arguments.joined(separator: ", ")))"
  }

  private mutating func addArithmetic(of layer: Layer) {
    guard let window = layer.kind.slidingWindow else { return }
    var arguments = [
      layer.inputs[0], "(\(window.height), \(window.width))", "\(window.stride)",
      window.padding.name,
    ]
    if window.dilation > 1 { arguments.append("dilations=\(window.dilation)") }
    lines.append("arithmetic(\(arguments.joined(separator: ", ")))")
    printed += step.arithmetic.map(\.description)
  }

  private mutating func addPictures() throws {
    for figure in step.result.figures {
      lines.append(
        "picture(feature_maps(\(step.name), most_active(\(step.name))), "
          + "\(PythonLiteral.string(figure.alternativeText)))")
      try addPicture(figure.content.pictures, columns: 8, edge: 96, figure.alternativeText)
    }
  }

  // MARK: The other steps

  private mutating func addStep() throws {
    switch step.name {
    case "weights":
      lines = [
        "pretrained_weights = load(weights_path)",
        "print(len(pretrained_weights), \"arrays\")",
      ]
      let count =
        report.model.isReadableByNumPy
        ? report.model.store.entries.count : report.model.model.network.parameters.count
      printed = ["\(count) arrays"]
    case "class_names":
      lines = ["class_names = json.load(open(classes_path, encoding=\"utf-8\"))", step.code]
      printed = [PythonLiteral.list(Array(report.model.classNames.prefix(5)))]
    case "photo":
      lines = ["img = imread(image_path)"]
      show("img")
    case "resized":
      lines = [step.code]
      show("img")
      try addFigures("img", columns: 1, edge: 0)
    case "kernels":
      addKernelSplit()
    case "softmax":
      lines = [step.code]
      show("probabilities")
      addTopClasses()
    case "class_weights":
      lines = [
        "label_1, label_2 = top(\(head.classifier), 2)",
        "W = variables[\"\(head.classifier)/weights\"]", step.code,
      ]
      show("w")
    case "class_map":
      lines = [step.code]
      show("cam")
      try addFigures(
        "side_by_side([colored(stretched(m), 'jet') for m in cam], 2, 224)", columns: 2, edge: 224)
    case "mean_is_logit":
      if head.classifierHasBiases {
        lines = ["b = variables[\"\(head.classifier)/biases\"][[label_1, label_2]]"]
      }
      lines += [step.code]
      show("sums")
      lines.append("print(np.allclose(sums, \(head.classifier)[0, [label_1, label_2]], rtol=1e-4))")
      printed.append("True")
    case "contributions":
      try addContributions()
    case "normalized":
      lines = [step.code]
      show("np.stack(cam)")
    case "overlay":
      try addOverlays()
    case "loss":
      lines = [step.code]
      show("loss")
    case "trainable_variables":
      addTrainableVariables()
    case "weight_decay":
      lines = [
        "weights = [values for name, values in trainable_variables().items() if name.endswith(\"/weights\")]",
        step.code,
      ]
      show("np.float32(weight_decay)")
    default:
      // `images = …`, `cam = …`: the name before the first equals sign is what the step makes.
      lines = [step.code]
      if let name = step.code.split(separator: " ").first { show(String(name)) }
    }
  }

  private mutating func addKernelSplit() {
    guard let layer = report.model.model.network.layers.first(where: { $0.weightsSlice != nil })
    else { return }
    lines = ["W = \(read(layer.parameterName(.weights)))", step.code]
    show("kernel1")
  }

  private mutating func addTopClasses() {
    let predictions = report.predictions
    let recorded = predictions.map { PythonLiteral.number($0.prediction.probability) }
    lines += [
      "for index, recorded in zip(top(\(head.classifier), 5), (\(recorded.joined(separator: ", ")))):",
      "    print(agreed(probabilities[0, index], recorded), class_names[index])",
    ]
    printed += predictions.map {
      "\(Formatted.significant($0.prediction.probability)) \($0.label)"
    }
  }

  private mutating func addContributions() throws {
    let words = step.result.figures.map(\.alternativeText)
    lines = ["contributions = \(step.code)"]
    show("contributions")
    lines += [
      "for values, alt in zip(contributions, \(PythonLiteral.list(words))):",
      "    channels = np.argsort(-values, kind=\"stable\")[:8]",
      "    picture(feature_maps(\(head.features), channels), alt)",
    ]
    for figure in step.result.figures {
      try addPicture(figure.content.pictures, columns: 8, edge: 96, figure.alternativeText)
    }
  }

  private mutating func addOverlays() throws {
    lines = [step.code]
    let words = step.result.figures.map(\.alternativeText)
    guard let alternativeText = words.first else { return }
    lines.append(
      "picture(side_by_side(overlays, 2, 224), \(PythonLiteral.string(alternativeText)))")
    let size = report.options.size
    let pictures = report.maps.map { map in
      Overlay(
        photo: Raster(report.input.image), map: map.normalized, mapWidth: size, mapHeight: size,
        region: .init(x: 0, y: 0, width: Double(size), height: Double(size))
      ).raster()
    }
    try addPicture(pictures, columns: 2, edge: 224, alternativeText)
  }

  private mutating func addTrainableVariables() {
    lines = [
      "for name, values in \(step.code).items():",
      "    print(name, shape_text(values.shape))",
    ]
    printed = report.model.model.network.parameters.filter { $0.name.role.isTrainable }
      .map { "\($0.name) \($0.shape)" }
  }

  // MARK: What is shown

  /// Shape and statistics, with the report's numbers to hold them against.
  private mutating func show(_ expression: String) {
    guard let statistics = step.result.statistics, let shape = step.outputShape else {
      lines.append("show(\(expression))")
      return
    }
    let numbers = [
      Double(statistics.minimum), statistics.mean, Double(statistics.maximum),
      statistics.standardDeviation,
    ]
    let recorded = numbers.map(PythonLiteral.number).joined(separator: ", ")
    lines.append("show(\(expression), recorded=(\(recorded)))")
    printed.append(Formatted.tensor(shape, step.scalarType))
    printed.append(
      zip(["min", "mean", "max", "std"], numbers)
        .map { "\($0) \(Formatted.significant($1))" }.joined(separator: " · "))
  }

  private mutating func addFigures(_ expression: String, columns: Int, edge: Int) throws {
    for figure in step.result.figures {
      lines.append("picture(\(expression), \(PythonLiteral.string(figure.alternativeText)))")
      try addPicture(
        figure.content.pictures, columns: columns, edge: edge, figure.alternativeText)
    }
  }

  /// - Parameter edge: 0 for one picture as it is.
  private mutating func addPicture(
    _ pictures: [Raster], columns: Int, edge: Int, _ alternativeText: String
  ) throws {
    let raster =
      edge == 0 ? pictures[0] : Raster(sideBySide: pictures, columns: columns, edge: edge)
    outputs.append(
      .picture(
        png: try raster.pngData(isPhoto: edge == 0), width: raster.width, height: raster.height,
        alternativeText: alternativeText))
  }
}
