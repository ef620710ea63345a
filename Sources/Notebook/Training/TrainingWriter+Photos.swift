import CAMNet
import Foundation
import Plot
import Training

extension TrainingWriter {
  /// The photos that are shown with their maps at most.
  private static let shownMistakes = 12
  /// The pairs of copies that are shown as pictures at most.
  private static let shownPairs = 6
  /// The photos that are named in one cell at most.
  private static let namedPhotos = 8

  /// The confusion matrix, who is in its cells, and what follows for each class.
  var classes: [Block] {
    guard let evaluation = record.evaluation, !evaluation.photos.isEmpty else { return [] }
    let counts = evaluation.confusion(classes: names.count)
    var blocks: [Block] = [
      .text(text("confusion", ["kept": evaluation.isValidation])),
      figure(
        ConfusionMatrix(
          names: names.map(\.beginning), counts: counts, vertical: label("matrix.true"),
          horizontal: label("matrix.said")), "matrix.caption"),
    ]
    func share(_ value: Double?) -> String { value.map(Formatted.share) ?? "–" }
    let rows = evaluation.scores(classes: names.count).enumerated().map { index, scores in
      [
        "\(index + 1)", names[index].beginning, "\(scores.photos)", "\(scores.said)",
        share(scores.precision), share(scores.recall),
      ]
    }
    blocks.append(
      table(
        ["number", "class", "labelled", "said", "precision", "recall"],
        numeric: [true, false, true, true, true, true], rows))
    let wrong = Dictionary(grouping: evaluation.photos.filter { $0.said != $0.label }) {
      [$0.label, $0.said]
    }.sorted { ($1.value.count, $0.key[0], $0.key[1]) < ($0.value.count, $1.key[0], $1.key[1]) }
    if !wrong.isEmpty {
      blocks.append(
        table(
          ["label", "taken_for", "count", "photos"], numeric: [false, false, true, false],
          wrong.map { cell, photos in
            let named = photos.prefix(Self.namedPhotos).map(\.path).joined(separator: ", ")
            let more = photos.count - Self.namedPhotos
            return [
              names[cell[0]].beginning, names[cell[1]].beginning, "\(photos.count)",
              named + (more > 0 ? ", " + label("more", ["count": "\(more)"]) : ""),
            ]
          }))
    }
    return blocks
  }

  /// The photos that the network gets most wrong, each with its maps for the class it is labelled with and the one that was said.
  func mistakes() throws -> [Block] {
    guard let evaluation = record.evaluation else { return [] }
    let wrong = evaluation.photos.filter { $0.said != $0.label }
      .sorted { ($1.crossEntropy, $0.path) < ($0.crossEntropy, $1.path) }
    guard !wrong.isEmpty else {
      return evaluation.photos.isEmpty ? [] : [.text(text("no_mistakes"))]
    }
    var blocks: [Block] = [.text(text("mistakes.intro", ["count": "\(wrong.count)"]))]
    for photo in wrong.prefix(Self.shownMistakes) {
      let fields: Fields = [
        "path": photo.path, "label": names[photo.label], "said": names[photo.said],
        "label_share": Formatted.percent(photo.labelProbability),
        "said_share": Formatted.percent(photo.saidProbability),
        "loss": Formatted.significant(photo.crossEntropy, 3),
      ]
      let panels = try trained?.maps(
        photo.path, title: label("photo"),
        of: [
          (photo.label, label("map.label", ["class": names[photo.label].beginning])),
          (photo.said, label("map.said", ["class": names[photo.said].beginning])),
        ])
      if let panels {
        blocks.append(
          .figure(
            StepFigure(
              content: .photographic(panels), alternativeText: label("mistake.alt", fields),
              caption: label("mistake", fields))))
      } else {
        blocks.append(.text(text("mistake", fields)))
      }
    }
    if wrong.count > Self.shownMistakes {
      blocks.append(
        .text(text("mistakes.more", ["count": "\(wrong.count - Self.shownMistakes)"])))
    }
    return blocks
  }

  /// Whether the network is right for the right reason.
  var evidence: [Block] {
    guard let evidence = record.evaluation?.evidence, evidence.contains(where: { $0.photos > 0 })
    else { return [] }
    let hasBoxes = evidence.contains { $0.inBoxes != nil }
    func share(_ value: Double?) -> String { value.map(Formatted.share) ?? "–" }
    let columns =
      ["class", "photos"] + (hasBoxes ? ["in_boxes", "box_area"] : [])
      + ["in_middle", "along_border", "likeness"]
    return [
      .text(text("evidence.intro", ["boxes": hasBoxes])),
      table(
        columns, numeric: columns.map { $0 != "class" },
        zip(names, evidence).filter { $1.photos > 0 }.map { name, own in
          [name.beginning, "\(own.photos)"]
            + (hasBoxes ? [share(own.inBoxes), share(own.boxArea)] : [])
            + [
              share(own.inMiddle), share(own.alongBorder),
              own.likeness.map { Formatted.printed("%.2f", $0) } ?? "–",
            ]
        }),
    ]
  }

  /// The photos by class, those that were left out, and copies.
  func data() throws -> [Block] {
    var blocks: [Block] = [
      .text(text("data.intro", ["path": record.data.path])),
      table(
        ["class", "trained_with", "kept_back"], numeric: [false, true, true],
        record.data.classes.map { [$0.name.beginning, "\($0.training)", "\($0.validation)"] }),
    ]
    if !record.data.skipped.isEmpty {
      blocks.append(.text(text("skipped", counted(record.data.skipped.count))))
      blocks.append(
        table(
          ["photo", "reason"], numeric: [false, false],
          record.data.skipped.prefix(50).map { [$0.path, $0.reason] }))
    }
    let pairs = record.data.duplicates
    guard !pairs.isEmpty else { return blocks }
    let moved = pairs.count { $0.moved != nil }
    blocks.append(
      .text(
        text("copies", counted(pairs.count).adding(moved > 0 ? ["moved": "\(moved)"] : [:]))))
    for pair in pairs.prefix(Self.shownPairs) {
      guard let trained else { break }
      let (first, second) = (try trained.photo(pair.training), try trained.photo(pair.validation))
      let caption = label(
        "pair",
        [
          "first": pair.training, "second": pair.validation, "kind": label("kind.\(pair.kind)"),
        ])
      blocks.append(
        .figure(
          StepFigure(
            content: .photographic(
              Panels(
                [(first, "losses.training"), (second, "losses.validation")].map {
                  Panels.Panel(title: label($1), picture: Raster($0.image.fitted(side: 300)))
                })), alternativeText: caption, caption: caption)))
    }
    blocks.append(
      table(
        ["trained_with", "kept_back", "same", "similarity", "moved"],
        numeric: [false, false, false, true, false],
        pairs.prefix(50).map {
          [
            $0.training, $0.validation, label("kind.\($0.kind)"),
            Formatted.printed("%.3f", $0.similarity), $0.moved ?? "–",
          ]
        }))
    return blocks
  }

  /// A count, and whether it is more than one.
  private func counted(_ count: Int) -> Fields {
    ["count": "\(count)", "several": count > 1]
  }

  /// The notebook's table of variables, with what the training did to each.
  var variables: [Block] {
    guard !record.variables.isEmpty else { return [] }
    func norm(_ value: Double?) -> String { value.map { Formatted.significant($0) } ?? "–" }
    return [
      .text(
        text(
          "variables.intro",
          [
            "trained": "\(record.variables.count(where: \.isTrained))",
            "total": "\(record.variables.count)",
            "decay": Formatted.significant(record.options.weightDecay),
          ])),
      table(
        ["variable", "shape", "norm", "gradient", "change"],
        numeric: [false, false, true, true, true],
        record.variables.map {
          [
            $0.name, "\(Shape($0.shape))", norm($0.norm), norm($0.gradientNorm),
            $0.isTrained ? norm($0.changeNorm) : "–",
          ]
        }),
    ]
  }

  /// How to train the same again.
  var repetition: [Block] {
    [
      .text(text("repeat.intro", ["version": record.version, "kernels": record.kernels])),
      .code(record.commandLine),
    ]
  }
}
