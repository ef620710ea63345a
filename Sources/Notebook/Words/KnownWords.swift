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

  /// Sees that there is an entry of the part's key, and that the part names fields that there are: of a short text and of a
  /// sentence about a result those of camreport's own entry; of a title and prose any, since only its step knows which of them
  /// it has (``Words/check(_:_:)``).
  func check(_ part: Words.Part, _ source: TemplateSource) throws(TemplateError) {
    let own = try entries(for: part, source)
    let isLabel = own.contains(where: \.isLabel)
    let plan =
      isLabel ? own.reduce(into: Set()) { $0.formUnion($1.fields.plan) } : fields.union(["model"])
    try check(part.lines[..<part.rule], known: plan, of: part, source)
    try check(
      part.lines[part.rule...], known: own.reduce(into: []) { $0.formUnion($1.fields.result) },
      of: part, source)
  }

  private func check(
    _ lines: ArraySlice<Substring>, known: Set<String>, of part: Words.Part,
    _ source: TemplateSource
  ) throws(TemplateError) {
    for (index, line) in zip(lines.indices, lines) {
      guard let unknown = TemplateSource.fields(String(line)).subtracting(known).min() else {
        continue
      }
      throw TemplateError(
        file: source.file, line: part.line + 1 + index,
        reason: "there is no field '\(unknown)' in entry '\(part.key)'")
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
      if model.network.layers.contains(where: { $0.name == name }) { return [] }
      guard let own = entries[name] else {
        throw unknown("\(model.name) has no layer or step '\(name)'")
      }
      return own
    }
    let first = ".first"
    guard part.key.hasSuffix(first),
      LayerKinds.operations.contains(String(part.key.dropLast(first.count)))
    else { throw unknown("there is no entry '\(part.key)'") }
    return []
  }
}
