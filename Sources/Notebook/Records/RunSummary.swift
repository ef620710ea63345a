/// What ran, in a few rows of text: a label and a value each.
struct RunSummary {
  let rows: [(label: String, value: String)]

  init(_ report: Report, _ record: RunRecord) {
    let words = report.words
    let multiplyAdds = report.walkthrough.shapes.reduce(0) { $0 + $1.multiplyAdds }
    let rows = [
      ("version", "camreport \(record.camreport)"),
      ("model", record.model),
      ("weights", "\(report.model.weightsName), sha256 \(record.weights.sha256)"),
      (
        "image",
        "\(report.photo.fileName), \(record.image.width) × \(record.image.height), "
          + (record.image.shrink.map { "\(words.label("run.shrink", ["ratio": "\($0)"])), " } ?? "")
          + "sha256 \(record.image.sha256)"
      ),
      (
        "input",
        "\(record.input.size), \(record.input.resize)"
          + (record.input.crop.fraction.map {
            ", \(words.label("run.crop", ["fraction": $0 == 1 ? "" : "\($0)"]))"
          } ?? "")
          + (record.input.preparation.map { "; \(words.label("run.preparation", $0.fields))" } ?? "")
      ),
      (
        "network",
        words.label(
          "run.network",
          [
            "parameters": Formatted.count(report.model.parameterCount),
            "multiply_adds": Formatted.metric(multiplyAdds),
          ])
      ),
      (
        "environment",
        "\(record.environment.cpu), \(record.environment.cores) × "
          + "\(record.environment.architecture) (\(record.environment.kernels)), "
          + record.environment.operatingSystem
      ),
    ]
    self.rows = rows.map { (words.label("page.\($0)"), $1) }
  }
}
