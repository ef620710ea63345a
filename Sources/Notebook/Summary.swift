/// What a report says in one sentence: what was seen, and where.
struct Summary {
  /// Markdown.
  let sentence: String
  /// Plain text, for the browser's tab.
  let pageTitle: String
  /// Markdown: a warning that the reader must not miss.
  let note: String?

  init(_ report: Report) {
    let words = report.words
    let model = report.model
    note = model.store.fileBytes == nil ? words.label("summary.synthetic") : nil
    guard let map = report.maps.first else {
      let step = report.steps.first { $0.status != .completed }
      sentence = words.label(
        "summary.failed", ["number": "\(step?.number ?? 0)", "name": step?.name ?? ""])
      pageTitle = "\(report.photo.fileName) – camreport"
      return
    }
    var fields: Fields = [
      "model": model.model.title, "label": map.prediction.shortLabel,
      "probability": Formatted.percent(map.prediction.prediction.probability),
    ]
    if let place = Place(map.map.map) {
      fields["place"] = words.label(place.key)
      sentence = words.label("summary", fields)
    } else {
      sentence = words.label("summary.no_place", fields)
    }
    pageTitle = "\(map.prediction.shortLabel) – \(report.photo.fileName) – camreport"
  }
}
