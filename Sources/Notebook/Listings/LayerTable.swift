import CAMNet

/// A network's layers with their shapes and costs, as `camreport layers` lists them: nothing is run.
public struct LayerTable: Sendable {
  public let model: String
  public let size: InputSize
  /// The order of the axes of shapes.
  public let axisOrder: AxisOrder
  /// Up to the first layer that does not work out.
  public let layers: [LayerShapes]
  /// Why the layers end early, naming the layer.
  public let failure: String?

  /// - Parameters:
  ///   - modelName: a model's name; nil for the one the weights are of.
  ///   - weights: weights to hold against the layers, or nil.
  ///   - size: the input in pixels; nil for the size that the network was trained at.
  public init(modelName: String?, weights: WeightsSource?, size: InputSize?) throws {
    guard let weights else {
      let model =
        try modelName.map {
          try NetworkFile.isNamed($0)
            ? NetworkFile.read($0, size: size, .usual).model : Model.named($0)
        } ?? Model.all[0]
      self.init(model, size: size ?? model.network.defaultSize)
      return
    }
    let found = try LoadedModel.find(
      modelName: modelName, weights: weights, size: size)
    self.init(
      found.model, size: size ?? found.model.network.defaultSize, weights: found.store)
  }

  /// - Parameter weights: weights to hold against the layers, or nil.
  public init(_ model: Model, size: InputSize, weights: WeightsStore? = nil) {
    let inference = model.network.inference(size: size)
    let misfit = weights.flatMap(model.firstMisfit)
    self.model = model.name
    self.size = size
    axisOrder = model.network.axisOrder
    let end = misfit.flatMap { misfit in
      inference.shapes.firstIndex { $0.layer.name == misfit.layer }
    }
    layers = Array(inference.shapes[..<(end ?? inference.shapes.count)])
    if let misfit, end != nil {
      failure = "layer '\(misfit.layer)' does not fit the weights: \(misfit.error)"
    } else {
      failure = inference.failure.map { "\($0)" }
    }
  }

  public var parameters: Int { layers.reduce(0) { $0 + $1.parameterCount } }
  public var multiplyAdds: Int { layers.reduce(0) { $0 + $1.multiplyAdds } }
  /// The memory of all outputs together, float32.
  public var bytes: Int { layers.reduce(0) { $0 + $1.bytes } }
}

/// How `camreport layers` can write a table.
public enum LayerTableFormat: String, Sendable, CaseIterable {
  case table, json, csv, markdown
}

extension LayerTable {
  /// The table as text. `width` is the terminal's, in columns; nil where there is no limit.
  public func text(_ format: LayerTableFormat, width: Int?) throws -> String {
    switch format {
    case .table: terminal(width: width)
    case .json: try json()
    case .csv: csv
    case .markdown: markdown
    }
  }

  private static let columns = [
    "layer", "operation", "kernel", "output shape", "arithmetic", "receptive field", "parameters",
    "multiply-adds", "memory",
  ]

  /// Every cell in full.
  private func cells(_ entry: LayerShapes) -> [String] {
    [
      entry.layer.name, entry.layer.kind.operation, entry.kernel ?? "", "\(entry.shownOutput)",
      entry.arithmetic.map(\.description).joined(separator: "; "), entry.receptiveField?.size ?? "",
      Formatted.count(entry.parameterCount), Formatted.count(entry.multiplyAdds),
      Formatted.bytes(entry.bytes),
    ]
  }

  // MARK: Terminal

  private func terminal(width: Int?) -> String {
    let wide = TextTable(
      head: Self.columns, alignRight: [6, 7, 8], rows: layers.map(cells), gap: 2)
    let table = wide.width <= width ?? .max ? wide : narrow(width: width ?? .max)
    let rule = String(repeating: "─", count: table.width)
    let title =
      "\(model) at \(size)"
      + (axisOrder == .channelsFirst ? ", shapes are (batch, channels, height, width)" : "")
    return ([title, rule] + table.lines(ruleAfterHead: rule) + [rule] + totals)
      .joined(separator: "\n")
  }

  /// What 80 columns hold: operation and kernel in a few letters, multiply-adds with a unit, and the arithmetic on the
  /// lines where the size changes.
  private func narrow(width: Int) -> TextTable {
    let rows = layers.map { entry in
      [
        entry.layer.name, entry.shortOperation, "\(entry.shownOutput)",
        Formatted.count(entry.parameterCount), Formatted.metric(entry.multiplyAdds),
        Formatted.bytes(entry.bytes),
      ]
    }
    let head = ["layer", "operation", "output shape", "params", "mult-adds", "memory"]
    let table = TextTable(head: head, alignRight: [3, 4, 5], rows: rows, gap: 2)
    guard table.width > width else {
      return table.with(notes: layers.map { $0.changesSize ? arithmetic($0) : nil })
    }
    return TextTable(head: head, alignRight: [3, 4, 5], rows: rows, gap: 1)
      .with(notes: layers.map { $0.changesSize ? arithmetic($0) : nil })
  }

  private func arithmetic(_ entry: LayerShapes) -> String {
    "  " + entry.arithmetic.map(\.description).joined(separator: "; ")
      + (entry.receptiveField.map { "; sees \($0.size)" } ?? "")
  }

  private var totals: [String] {
    [
      "\(layers.count) layers, \(Formatted.count(parameters)) parameters "
        + "(\(Formatted.bytes(parameters * 4))), \(Formatted.metric(multiplyAdds)) multiply-adds,",
      "\(Formatted.bytes(bytes)) of outputs, the largest \(Formatted.bytes(layers.map(\.bytes).max() ?? 0))",
    ]
  }

  // MARK: Files

  private var csv: String {
    let head = [
      "layer", "operation", "kernel", "output_shape", "arithmetic", "receptive_field", "parameters",
      "multiply_adds", "bytes",
    ]
    let rows = layers.map { entry in
      Array(cells(entry).prefix(6)) + [
        "\(entry.parameterCount)", "\(entry.multiplyAdds)", "\(entry.bytes)",
      ]
    }
    return ([head] + rows).map { row in
      row.map { $0.contains(where: { ",\"\n".contains($0) }) ? quoted($0) : $0 }
        .joined(separator: ",")
    }
    .joined(separator: "\n")
  }

  private func quoted(_ text: String) -> String {
    "\"" + text.replacing("\"", with: "\"\"") + "\""
  }

  private var markdown: String {
    func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }
    let rule = Self.columns.indices.map { (6...8).contains($0) ? "---:" : "---" }
    let code = layers.map { entry in
      ["`\(entry.layer.name)`"] + cells(entry).dropFirst()
    }
    return ([line(Self.columns), line(rule)] + code.map(line) + [""] + totals)
      .joined(separator: "\n")
  }
}

extension LayerShapes {
  /// Whether height or width come out other than they went in.
  fileprivate var changesSize: Bool { arithmetic.contains { $0.input != $0.output } }

  /// The operation with its kernel and stride, short: `depthwise 5×5 /2`.
  fileprivate var shortOperation: String {
    let kind = layer.kind
    guard let window = kind.slidingWindow else { return kind.look.shortName }
    return "\(kind.look.shortName) \(window.kernel)"
      + (window.strides == 1 ? "" : " /\(window.strides.text)")
  }
}
