import Foundation

extension Lock {
  /// The file's text: sorted models, a line for each layer and step, so that a change is a line of a diff.
  public func text() throws -> String {
    var lines = ["{", "  \"format\": \(Self.format),", "  \"models\": {"]
    for (index, name) in models.keys.sorted().enumerated() {
      guard let model = models[name] else { continue }
      lines.append("    \(try JSON.text(name)): {")
      lines += try model.lines().map { "      " + $0 }
      lines.append("    }" + (index < models.count - 1 ? "," : ""))
    }
    return (lines + ["  }", "}"]).joined(separator: "\n") + "\n"
  }
}

extension LockedModel {
  fileprivate func lines() throws -> [String] {
    var lines = try file.map { ["\"file\": \(try JSON.text($0)),"] } ?? []
    lines += ["\"input_size\": \(try JSON.text(inputSize)),"]
    if let axisOrder { lines.append("\"axis_order\": \(try JSON.text(axisOrder)),") }
    if let preparation { lines.append("\"preparation\": \(try JSON.text(preparation)),") }
    lines.append("\"layers\": [")
    lines += JSON.list(try layers.map { try $0.line() })
    guard let run else { return lines + ["]"] }
    lines += ["],", "\"run\": {"]
    lines += try run.lines().map { "  " + $0 }
    return lines + ["}"]
  }
}

extension LockedLayer {
  fileprivate func line() throws -> String {
    try JSON.object(
      [
        ("name", JSON.text(name)), ("operation", JSON.text(operation)),
        ("inputs", JSON.text(inputs)), ("settings", JSON.text(settings)),
        ("input_shape", JSON.text(inputShape)), ("output_shape", JSON.text(outputShape)),
        ("arithmetic", JSON.text(arithmetic)), ("parameters", JSON.text(parameters)),
      ] + (receptiveField.map { [("receptive_field", try JSON.text($0))] } ?? []))
  }
}

extension LockedRun {
  fileprivate func lines() throws -> [String] {
    var lines = [
      "\"image\": \(try JSON.object([("path", JSON.text(image.path)), ("sha256", JSON.text(image.sha256))])),",
      "\"weights\": \(try JSON.object([("path", JSON.text(weights.path)), ("sha256", JSON.text(weights.sha256))])),",
      "\"resize\": \(try JSON.text(resize)),", "\"crop\": \(try JSON.text(crop)),",
    ]
    if let placement { lines.append("\"placement\": \(try JSON.text(placement)),") }
    lines.append("\"steps\": [")
    lines += JSON.list(
      try steps.map { step in
        try JSON.object([
          ("name", JSON.text(step.name)), ("shape", JSON.text(step.shape)),
          ("mean", JSON.text(step.mean)), ("std", JSON.text(step.std)), ("l2", JSON.text(step.l2)),
          ("values", JSON.text(step.values)),
        ])
      })
    lines += ["],", "\"predictions\": ["]
    lines += JSON.list(
      try predictions.map { prediction in
        try JSON.object([
          ("rank", JSON.text(prediction.rank)), ("index", JSON.text(prediction.index)),
          ("label", JSON.text(prediction.label)), ("logit", JSON.text(prediction.logit)),
          ("probability", JSON.text(prediction.probability)),
        ])
      })
    return lines + ["]"]
  }
}

/// JSON in a layout of our own: values by Foundation, a line for each entry.
private enum JSON {
  static func text(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  static func object(_ fields: [(String, String)]) throws -> String {
    "{" + fields.map { "\"\($0)\": \($1)" }.joined(separator: ", ") + "}"
  }

  /// The entries of an array, indented, with commas between them.
  static func list(_ entries: [String]) -> [String] {
    entries.enumerated().map { "  " + $1 + ($0 < entries.count - 1 ? "," : "") }
  }
}
