import CAMNet
import Plot

extension WalkthroughRun {
  /// The channels that contribute most to each class, shown to add up to the logit, and those that separate the two.
  func whyThisClass(
    _ step: Step, _ contributions: [ClassContributions], _ features: Tensor
  ) -> Step.Result {
    let count = 8
    let words = report.words
    let labels = report.predictions.map(\.shortLabel)
    var result = Step.Result(
      statistics: Tensor(
        shape: [2, contributions[0].values.count], contributions.flatMap(\.values)
      )
      .statistics)
    result.table = Step.Table(
      head: ["class", "channel", "weight", "mean", "contribution", "share"].map {
        words.label("table.\($0)")
      },
      isNumeric: [false, true, true, true, true, true],
      rows: zip(contributions, labels).flatMap { rows($0, label: $1, count: count) }
        + separatingRows(contributions, labels, count: count))
    result.figures = zip(contributions, labels).map { contributions, label in
      StepFigure.contributions(
        contributions, features: features, count: count, label: label, words: words)
    }
    let shares = contributions.map { contributions in
      contributions.largest(count).reduce(0) { $0 + Double(contributions.values[$1]) }
        / contributions.logit
    }
    let lead = contributions[0].logit - contributions[1].logit
    let separating = contributions[0].separating(from: contributions[1], count)
      .reduce(0) { $0 + Double($1.difference) }
    result.text = words.result(
      [step.name],
      [
        "label_1": labels[0], "label_2": labels[1], "count": "\(count)",
        "share_1": Formatted.share(shares[0]), "share_2": Formatted.share(shares[1]),
        "lead": Formatted.significant(lead), "separating": Formatted.significant(separating),
      ])
    return result
  }

  private func rows(
    _ contributions: ClassContributions, label: String, count: Int
  ) -> [[String]] {
    let words = report.words
    let logit = contributions.logit
    let shown = contributions.largest(count)
    func row(_ name: String, _ cells: [String], _ value: Double) -> [String] {
      [name] + cells + [Formatted.significant(value, 5), Formatted.share(value / logit)]
    }
    let sum = shown.reduce(0) { $0 + Double(contributions.values[$1]) }
    let bias = Double(contributions.bias)
    let rest = logit - bias - sum
    let others = words.label(
      "contributions.rest", ["count": Formatted.count(contributions.values.count - shown.count)])
    return shown.map { channel in
      row(
        label,
        [
          "\(channel)", Formatted.significant(Double(contributions.weights[channel])),
          Formatted.significant(Double(contributions.means[channel])),
        ], Double(contributions.values[channel]))
    } + [row(label, [others, "", ""], rest)]
      + (bias == 0 ? [] : [row(label, [words.label("contributions.bias"), "", ""], bias)])
      + [row(label, ["Σ", "", ""], logit)]
  }

  private func separatingRows(
    _ contributions: [ClassContributions], _ labels: [String], count: Int
  ) -> [[String]] {
    let name = report.words.label(
      "contributions.separating", ["label_1": labels[0], "label_2": labels[1]])
    let (first, second) = (contributions[0], contributions[1])
    let lead = first.logit - second.logit
    return first.separating(from: second, count).map { channel, difference in
      [
        name, "\(channel)",
        Formatted.significant(Double(first.weights[channel] - second.weights[channel])),
        Formatted.significant(Double(first.means[channel])),
        Formatted.significant(Double(difference), 5), "",
      ]
    } + [[name, "Σ", "", "", Formatted.significant(lead, 5), ""]]
  }
}

extension StepFigure {
  /// The feature maps that put most into a class's logit.
  static func contributions(
    _ contributions: ClassContributions, features: Tensor, count: Int, label: String, words: Words
  ) -> StepFigure {
    let tiles = Mosaic.Tile.tiles(of: features, channels: contributions.largest(count)) {
      "\($0): \(Formatted.significant(Double(contributions.values[$0]), 2))"
    }
    let fields: Fields = ["label": label, "count": "\(tiles.count)"]
    return StepFigure(
      content: .figure(Mosaic(tiles: tiles, columns: 8)),
      alternativeText: words.label("figure.contributions.alt", fields),
      caption: words.label("figure.contributions", fields))
  }
}
