import CAMNet
import Foundation
import Plot

/// The report as one self-contained page, `index.html`.
public struct HTMLExporter: Exporter {
  /// What the page's footer says of the run.
  private let record: RunRecord
  private let layout: Layout

  public init(record: RunRecord, layout: Layout) {
    self.record = record
    self.layout = layout
  }

  public func files(for report: Report) throws -> [ReportFile] {
    [ReportFile(name: "index.html") { try page(report) }]
  }

  private func page(_ report: Report) throws -> [UInt8] {
    let words = report.words
    let summary = Summary(report)
    let jpegs = PageJPEGs()
    let fields: Fields = [
      "language": words.language.rawValue, "version": record.camreport, "style": layout.style,
      "model": report.model.model.title,
      "page_title": summary.pageTitle,
      "summary": Markdown.inlineHTML(summary.sentence),
      "words": pageWords(report),
      "pictures": try pictures(report, jpegs),
      "has_predictions": !report.predictions.isEmpty,
      "predictions": report.predictions.map { predictionFields($0) },
      "sections": try report.sections.map { try sectionFields($0, $1, words, jpegs) },
      "run": RunSummary(report, record).rows.map {
        ["label": $0.label, "value": $0.value] as Fields
      },
      "script": layout.script,
      "colormaps": Colormap.allCases.map(\.rawValue),
      "drawing": report.drawing.svg.value,
      "threshold": report.walkthrough.maps.map {
        "\(Int(($0.options.boxThreshold * 100).rounded()))"
      },
      "has_field": report.walkthrough.maps?.field != nil,
      "explorer": try ExplorerData(report)?.json(),
      "note": summary.note.map(Markdown.inlineHTML), "failure": report.failure,
    ]
    return layout.page.bytes(fields)
  }

  private func pageWords(_ report: Report) -> Fields {
    var labels = report.words.labels(prefix: "page.")
    labels["predictions"] = report.predictionsTitle
    return Fields(labels)
  }

  private func predictionFields(_ labelled: LabelledPrediction) -> Fields {
    [
      "label": labelled.shownLabel, "first": labelled.prediction.rank == 1,
      "probability": Formatted.percent(labelled.prediction.probability),
      "width": Formatted.printed("%.3f", labelled.prediction.probability * 100),
    ]
  }

  private func pictures(_ report: Report, _ jpegs: PageJPEGs) throws -> [Fields] {
    let words = report.words
    let photo = try jpegs.picture(report.pagePhoto)
    var result: [Fields] = [
      figureFields(
        photo, alternativeText: words.label("alt.photo", ["file": report.photo.fileName]),
        caption: words.label("page.photo"), detail: report.photo.fileName)
    ]
    for (explanation, overlay) in report.overlaid {
      let picture = try jpegs.picture(RGBImage(overlay.page))
      let prediction = explanation.prediction
      result.append(
        figureFields(
          picture, alternativeText: words.label("alt.overlay", ["label": prediction.shortLabel]),
          caption: words.rank(prediction),
          detail: "\(prediction.shownLabel), "
            + Formatted.percent(prediction.prediction.probability),
          bar: overlay.bar))
    }
    return result
  }

  private func figureFields(
    _ picture: PagePicture, alternativeText: String, caption: String, detail: String = "",
    bar: ColorBar? = nil
  ) -> Fields {
    [
      "source": picture.address,
      "width": "\(picture.width)", "height": "\(picture.height)", "alt": alternativeText,
      "caption": caption, "detail": detail,
      "bar": bar.map {
        ["colors": $0.colormap.gradient, "low": $0.low, "high": $0.high] as Fields
      },
    ]
  }

  private func sectionFields(
    _ section: Section, _ steps: [Step], _ words: Words, _ jpegs: PageJPEGs
  ) throws -> Fields {
    [
      "id": "part-\(section.key)", "title": words.label("section.\(section.key)"),
      "links": links(steps),
      "blocks": try steps.chunked { $0.block == $1.block }.map { steps -> Fields in
        [
          "block": steps[0].block, "kind": steps[0].blockKind,
          "steps": try steps.map {
            try stepFields($0, first: $0.block == nil ? nil : steps[0].name, words, jpegs)
          },
        ]
      },
    ]
  }

  /// A link to each step; of a block only to its first.
  private func links(_ steps: [Step]) -> [Fields] {
    var block: String?
    return steps.compactMap { step in
      defer { block = step.block }
      if let own = step.block, own == block { return nil }
      return ["name": step.name, "text": step.block ?? step.name]
    }
  }

  /// - Parameter first: the first step of its block.
  private func stepFields(
    _ step: Step, first: String?, _ words: Words, _ jpegs: PageJPEGs
  ) throws -> Fields {
    let (status, html) = (step.status, step.planned.html.value)
    let facts = step.facts.map { fact -> Fields in
      ["label": words.label("page.\(fact.key)"), "value": fact.value]
    }
    return [
      "name": step.name, "number": "\(step.number)", "title": html.title, "prose": html.prose,
      "code": step.code,
      "has_output": step.outputShape != nil || !step.arithmetic.isEmpty,
      "arithmetic": html.arithmetic,
      "shape": step.outputShape.map { Formatted.tensor($0, step.scalarType) },
      "figures": try step.result.figures.map {
        figureFields(
          try $0.pagePicture(jpegs), alternativeText: $0.alternativeText, caption: $0.caption)
      },
      // The contents link to a block's first step only.
      "first_of_block": first == step.name ? nil : first,
      "result": step.result.text.map(Markdown.html),
      "table": step.result.table.map(\.fields),
      "differences": step.differences.isEmpty ? nil : step.differences,
      "differs_label": step.differences.isEmpty ? nil : words.label("page.differs"),
      "has_facts": !facts.isEmpty, "facts": facts,
      "status": status.name,
      "status_label": status == .completed ? nil : words.label("page.\(status.name)"),
      "failure": status.failure,
    ]
  }
}

extension StepTable {
  /// What a page's layout may name of the table.
  var fields: Fields {
    func cells(_ texts: [String]) -> [Fields] {
      zip(texts, isNumeric).map { ["text": $0, "numeric": $1] }
    }
    return ["head": cells(head), "rows": rows.map { ["cells": cells($0)] as Fields }]
  }
}
