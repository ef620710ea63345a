import CAMNet

/// Which entries a person's own words may have, and which fields.
struct KnownWords {
  private let models: [Model]
  /// camreport's entries in all languages, by key.
  private let entries: [String: [Words.Part]]
  /// The fields that camreport's entries name, all together.
  private let fields: Set<String>

  init(_ models: [Model]) {
    self.models = models
    let parts = Language.allCases.flatMap { Words.parts(TemplateFiles.ownText($0.fileName)) }
    entries = Dictionary(grouping: parts, by: \.key)
    fields = parts.reduce(into: []) { $0.formUnion($1.fields.plan) }
  }

  /// Sees that there is an entry of the part's key, that all of the part is shown, and that it names fields that there are: of a
  /// short text and of a sentence about a result those of camreport's own entry; of a title and prose any, since only its step
  /// knows which of them it has (``Words/check(_:_:)``).
  func check(_ part: Words.Part, _ source: TemplateSource) throws(TemplateError) {
    let own = try entries(for: part, source)
    let isLabel = own.contains(where: \.isLabel)
    let result = Self.fields(of: own).result
    let plan = Self.fields(of: own.isEmpty ? ofKind(part.key) : own).plan
    try checkShape(part, isLabel: isLabel, hasResult: own.contains(where: \.hasResult), source)
    if isLabel {
      try part.check(0..<part.rule, known: plan, file: source.file)
    } else {
      let named = plan.isEmpty ? fields : plan
      try part.check(0..<part.rule, known: fields.union(["model"]), file: source.file) {
        NearestNames.suggestion(for: $0, among: named, lead: "camreport's own words name")
      }
    }
    try part.check(part.rule..<part.lines.endIndex, known: result, file: source.file)
  }

  /// Sees that the part has nothing that no report shows.
  private func checkShape(
    _ part: Words.Part, isLabel: Bool, hasResult: Bool, _ source: TemplateSource
  ) throws(TemplateError) {
    let reason: String
    if isLabel, !part.isLabel {
      reason = "entry '\(part.key)' is one line: nothing would show what is below it"
    } else if part.hasResult, !hasResult {
      reason =
        "entry '\(part.key)' has no sentence about a result: nothing would show what is below '---'"
    } else {
      return
    }
    throw TemplateError(file: source.file, line: part.line, reason: reason)
  }

  /// The fields that camreport's entries of a key name in their titles and prose, and in the sentences about a result.
  func fields(of key: String) -> (plan: Set<String>, result: Set<String>) {
    Self.fields(of: entries[key] ?? [])
  }

  /// The fields that entries name in their titles and prose, and in the sentences about a result.
  private static func fields(of parts: [Words.Part]) -> (plan: Set<String>, result: Set<String>) {
    parts.map(\.fields).reduce(into: ([], [])) {
      $0.plan.formUnion($1.plan)
      $0.result.formUnion($1.result)
    }
  }

  /// camreport's entries that the part stands for: of its own key; of a model's layer or step none or those of the step.
  private func entries(
    for part: Words.Part, _ source: TemplateSource
  ) throws(TemplateError) -> [Words.Part] {
    if let own = entries[part.key] { return own }
    func unknown(_ reason: String) -> TemplateError {
      TemplateError(file: source.file, line: part.line, reason: reason)
    }
    if let model = models.first(where: { part.key.hasPrefix($0.name + ".") }) {
      let name = String(part.key.dropFirst(model.name.count + 1))
      let layers = model.network.layers.map(\.name)
      if layers.contains(name) { return [] }
      guard steps.contains(name), let own = entries[name] else {
        throw unknown(
          "\(model.name) has no layer or step '\(name)'"
            + NearestNames.suggestion(for: name, among: steps.union(layers)))
      }
      return own
    }
    let first = ".first"
    if part.key.hasSuffix(first),
      LayerKinds.operations.contains(String(part.key.dropLast(first.count)))
    {
      return []
    }
    let ofLayers = models.filter { $0.network.layers.contains { $0.name == part.key } }
      .map { "'\($0.name).\(part.key)'" }
    throw unknown(
      "there is no entry '\(part.key)'"
        + (ofLayers.isEmpty
          ? NearestNames.suggestion(for: part.key, among: entries.keys)
          : "; for the layer it is called \(ofLayers.joined(separator: " or "))"))
  }

  /// camreport's entries of the kind of layer that a key is for.
  private func ofKind(_ key: String) -> [Words.Part] {
    let operation =
      models.lazy.flatMap { model in model.network.layers.map { (model, $0) } }
      .first { "\($0.name).\($1.name)" == key }?.1.kind.operation
    let kind = operation ?? String(key.prefix { $0 != "." })
    return (entries[kind] ?? []) + (entries["\(kind).first"] ?? [])
  }

  /// The steps that are no layers, which an entry may be for in one model alone.
  private var steps: Set<String> {
    Set(
      entries.filter { key, parts in
        !key.contains(".") && !LayerKinds.operations.contains(key)
          && !parts.contains(where: \.isLabel)
      }.keys)
  }
}
