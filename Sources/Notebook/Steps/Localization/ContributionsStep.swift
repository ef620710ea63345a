import CAMNet
import Plot

/// The channels that contribute most to each class, shown to add up to the logit, and those that separate the two.
struct ContributionsStep: WalkthroughStep {
  let name = "contributions"
  let section = Section.localization
  let context: MapContext
  /// How many channels are shown of each class.
  private let count = 8

  init(context: MapContext) {
    self.context = context
  }

  func plan(_ planning: Planning) -> StepPlan {
    let (classes, channels) = (context.classes, context.channels(planning))
    return StepPlan(
      code: "w * \(context.means)", inputs: [[classes, channels], [1, channels]],
      output: [classes, channels], multiplyAdds: classes * channels,
      fields: context.fields(planning))
  }

  func run(_ walk: Walk) throws -> StepOutcome {
    let (features, pooled) = (try walk.take(.features), try walk.take(.pooled))
    let labels = try walk.mapped().map(\.shortLabel)
    let found = zip(try walk.take(.maps), labels).map {
      LabelledContributions(label: $1, values: ClassContributions($0, pooled: pooled))
    }
    let stacked = Tensor(
      shape: [found.count, found[0].values.values.count], found.flatMap(\.values.values))
    return StepOutcome(
      statistics: stacked.statistics, sentence: sentence(found), table: table(found, walk.words),
      figures: found.map {
        .contributions(
          $0.values, features: features, count: count, label: $0.label, words: walk.words)
      }, tensor: { stacked })
  }

  private struct LabelledContributions {
    let label: String
    let values: ClassContributions
  }

  private func sentence(_ found: [LabelledContributions]) -> Fields {
    var fields: Fields = ["count": "\(min(count, found[0].values.values.count))"]
    for (index, entry) in found.enumerated() {
      let sum = entry.values.largest(count).reduce(0) { $0 + Double(entry.values.values[$1]) }
      fields["label_\(index + 1)"] = entry.label
      fields["share_\(index + 1)"] = Formatted.share(sum / entry.values.logit)
    }
    fields["second"] = found.count > 1
    if found.count > 1 {
      let (first, second) = (found[0].values, found[1].values)
      let separating = first.separating(from: second, count)
        .reduce(0) { $0 + Double($1.difference) }
      fields["lead"] = Formatted.significant(first.logit - second.logit)
      fields["separating"] = Formatted.significant(separating)
    }
    return fields
  }

  private func table(_ found: [LabelledContributions], _ words: Words) -> StepTable {
    StepTable(
      head: ["class", "channel", "weight", "mean", "contribution", "share"].map {
        words.label("table.\($0)")
      },
      isNumeric: [false, true, true, true, true, true],
      rows: found.flatMap { rows($0, words) }
        + (found.count > 1 ? separatingRows(found[0], found[1], words) : []))
  }

  private func rows(_ found: LabelledContributions, _ words: Words) -> [[String]] {
    let (contributions, label) = (found.values, found.label)
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
    _ first: LabelledContributions, _ second: LabelledContributions, _ words: Words
  ) -> [[String]] {
    let name = words.label(
      "contributions.separating", ["label_1": first.label, "label_2": second.label])
    let (one, other) = (first.values, second.values)
    let lead = one.logit - other.logit
    return one.separating(from: other, count).map { channel, difference in
      [
        name, "\(channel)",
        Formatted.significant(Double(one.weights[channel] - other.weights[channel])),
        Formatted.significant(Double(one.means[channel])),
        Formatted.significant(Double(difference), 5), "",
      ]
    } + [[name, "Σ", "", "", Formatted.significant(lead, 5), ""]]
  }

  func program(_ cell: inout PythonCell, _ step: Step, _ report: Report) throws {
    let texts = step.result.figures.map(\.alternativeText)
    cell.line("contributions = \(step.code)")
    cell.show("contributions", step)
    cell.line("for values, alt in zip(contributions, \(PythonLiteral.list(texts))):")
    cell.line("    channels = np.argsort(-values, kind=\"stable\")[:\(count)]")
    cell.line("    picture(feature_maps(\(context.head.features), channels), alt)")
    for figure in step.result.figures { try cell.picture(figure, columns: 8, edge: 96) }
  }
}

extension StepFigure {
  /// The feature maps that put most into a class's logit.
  fileprivate static func contributions(
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
