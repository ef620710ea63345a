import CAMNet

/// What a report says in one sentence: what was seen, and where.
struct Summary {
  /// The headline: Markdown.
  let sentence: String
  /// The title for the browser's tab: plain text.
  let pageTitle: String
  /// A warning that the reader must not miss: Markdown.
  let note: String?

  init(_ report: Report) {
    let (words, model) = (report.words, report.model)
    note = Self.note(model, words)
    let file = report.photo.fileName
    if report.failure != nil {
      let step = report.steps.first { $0.status != .completed }
      sentence = words.sentence(
        "summary.failed", ["number": "\(step?.number ?? 0)", "name": step?.name ?? ""])
      pageTitle = "\(file) – camreport"
      return
    }
    var fields: Fields = ["model": model.model.title]
    guard let first = report.predictions.first else {
      let output = report.steps.last { $0.section == .network }?.outputShape
      fields["output"] = output.map { "\($0)" }
      sentence = words.sentence("summary.no_classes", fields)
      pageTitle = "\(file) – camreport"
      return
    }
    fields["label"] = first.shortLabel
    fields["probability"] = Formatted.percent(first.prediction.probability)
    if let places = Self.places(of: first, report) {
      sentence = places.sentence(fields, words)
    } else {
      if case .noClassActivation(_, let reason)? = report.model.headlessness {
        fields.add(reason)
      }
      sentence = words.sentence(Self.placeless(first, report), fields)
    }
    pageTitle = "\(first.shortLabel) – \(file) – camreport"
  }

  /// What the reader must know before anything else: that the weights are made up, or that nobody said how photos are prepared.
  private static func note(_ model: LoadedModel, _ words: Words) -> String? {
    if model.isSynthetic { return words.sentence("summary.synthetic") }
    guard let preparation = model.preparation, preparation.origin == .assumed else { return nil }
    return words.sentence("summary.assumed", preparation.fields)
  }

  /// Where the class's evidence lies; nil where nothing says so, or what says so is made up.
  private static func places(of first: LabelledPrediction, _ report: Report) -> SeenPlaces? {
    guard !report.model.isSynthetic, let explanation = report.explanation(of: first) else {
      return nil
    }
    return SeenPlaces(
      explanation.enlarged, of: report.input, on: (report.photo.width, report.photo.height))
  }

  /// The entry of a headline without a place.
  private static func placeless(_ first: LabelledPrediction, _ report: Report) -> String {
    report.explanation(of: first) == nil ? "summary.no_map" : "summary.unplaced"
  }
}

extension Fields {
  /// Says why there is no class map: one of `tokens`, `plain` and `flat`, with the `layer` and `operator` it is about.
  fileprivate mutating func add(_ reason: Headlessness) {
    switch reason {
    case .tokens(let layer):
      self["tokens"] = true
      self["layer"] = layer
    case .plain(let layer, let operation):
      self["plain"] = true
      self["layer"] = layer
      self["operator"] = operation
    case .noFeatures, .noClasses:
      self["flat"] = true
    }
  }
}
