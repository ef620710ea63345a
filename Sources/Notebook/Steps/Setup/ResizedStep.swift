import CAMNet
import Plot

/// The photo at the network's input size.
struct ResizedStep: WalkthroughStep {
  let name = "resized"
  let section = Section.setup
  let isAboutPhoto = true

  func plan(_ planning: Planning) -> StepPlan {
    guard let image = planning.photo?.image else { preconditionFailure("a step about the photo") }
    let options = planning.options
    let (size, filter) = (options.size, options.filter.rawValue)
    let covered = options.fitting.covered(size)
    return StepPlan(
      code: options.fitting.crops
        ? "img = center_crop(resize(img, covering(img, \(covered.python)), '\(filter)'), \(size.python))"
        : "img = resize(img, \(size.python), '\(filter)')",
      assigns: "img", inputs: [image.shape], output: [size.height, size.width, 3],
      scalarType: "uint8",
      fields: [
        "size": "\(size)", "filter": filter, "crops": options.fitting.crops,
        "square": size.isSquare, "side": "\(covered.height)", "covered": "\(covered)",
        "trimmed": covered != size,
        "squeezed": !options.fitting.crops
          && image.width * size.height != image.height * size.width,
      ])
  }

  func run(_ walk: Walk) -> StepOutcome {
    let options = walk.options
    let input = walk.photo.prepared(options)
    walk.give(input, as: .input)
    let statistics = input.image.statistics
    if let statistics { walk.give(statistics, as: .inputStatistics) }
    return StepOutcome(
      statistics: statistics, figures: [.photo(input.image, words: walk.words)],
      tensor: { input.image.tensor })
  }

  func program(_ cell: inout PythonCell, _ step: Step, _ report: Report) throws {
    cell.line(step.code)
    cell.show("img", step)
    for figure in step.result.figures {
      cell.line("picture(img, \(PythonLiteral.string(figure.alternativeText)))")
      try cell.picture(Raster(report.input.image), isPhoto: true, figure.alternativeText)
    }
  }
}

extension InputSize {
  /// The size as a notebook has it: `(224, 224)`, rows first.
  fileprivate var python: String { "(\(height), \(width))" }
}
