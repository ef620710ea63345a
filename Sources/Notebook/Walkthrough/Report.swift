import CAMNet
import Plot

/// Everything an exporter needs: the steps, the result, and what it was made from.
public struct Report: Sendable {
  public let photo: Photo
  /// The photo no larger than a page shows it.
  let pagePhoto: RGBImage
  public let input: PreparedInput
  /// What the report is of.
  public let walkthrough: Walkthrough
  public internal(set) var steps: [Step]
  /// The most probable classes, at most five; empty where the run failed before them or the network has no classes.
  public let predictions: [LabelledPrediction]
  /// The maps, method by method, those of the first method first.
  public let explanations: [Explanation]
  /// Why the run stopped, where it did.
  public let failure: String?

  public var options: InputOptions { walkthrough.options }
  public var model: LoadedModel { walkthrough.model }
  public var words: Words { walkthrough.words }
  var drawing: NetworkDrawing { walkthrough.drawing }

  /// The steps' sections in order, with their steps.
  var sections: [(section: Section, steps: [Step])] {
    var sections: [(section: Section, steps: [Step])] = []
    for step in steps {
      if sections.last?.section == step.section {
        sections[sections.count - 1].steps.append(step)
      } else {
        sections.append((step.section, [step]))
      }
    }
    return sections
  }

  /// The title over the predictions: fewer than five are all the classes there are.
  var predictionsTitle: String {
    words.label(
      predictions.count == model.classNames.count ? "page.all_classes" : "page.predictions")
  }

  /// The method whose maps a report begins with.
  private var method: String? { explanations.first?.method }

  /// The first method's map of a prediction; nil where there is none.
  func explanation(of prediction: LabelledPrediction) -> Explanation? {
    explanations.first {
      $0.method == method && $0.prediction.prediction.rank == prediction.prediction.rank
    }
  }

  /// The first method's maps over the photo, side by side; nil where there are none.
  var overlayFigure: StepFigure? {
    let overlaid = overlaid
    guard !overlaid.isEmpty else { return nil }
    return .overlays(
      overlaid.map(\.overlay),
      titles: overlaid.map { words.title($0.explanation.prediction) }, words: words)
  }

  /// The first method's maps that are laid over the photo, in the classes' order.
  var overlaid: [(explanation: Explanation, overlay: MapOverlay)] {
    method.map { overlaid(by: $0) } ?? []
  }

  /// A method's maps that are laid over the photo, in the classes' order.
  func overlaid(by method: String) -> [(explanation: Explanation, overlay: MapOverlay)] {
    explanations.filter { $0.method == method }.compactMap { explanation in
      explanation.overlay.map { (explanation, $0) }
    }
  }
}

extension Words {
  /// A shown class's place among the predictions: `1st class`.
  func rank(_ labelled: LabelledPrediction) -> String {
    label(labelled.prediction.rank == 1 ? "page.first" : "page.second")
  }

  /// A picture's title: `1st class: espresso`.
  func title(_ labelled: LabelledPrediction) -> String {
    label("title.\(labelled.prediction.rank)", ["label": labelled.shownLabel])
  }
}
