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
    note = model.isSynthetic ? words.sentence("summary.synthetic") : nil
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
    if let explanation = report.explanation(of: first) {
      if let place = Place(explanation.map) {
        fields["place"] = FieldValue.composed(words.sentence(place.key))
        sentence = words.sentence("summary", fields)
      } else {
        sentence = words.sentence("summary.no_place", fields)
      }
    } else {
      sentence = words.sentence("summary.no_map", fields)
    }
    pageTitle = "\(first.shortLabel) – \(file) – camreport"
  }
}
