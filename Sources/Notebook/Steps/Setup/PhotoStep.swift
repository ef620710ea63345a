import CAMNet

/// The photo, read and turned upright before the walk.
struct PhotoStep: WalkthroughStep {
  let name = "photo"
  let section = Section.setup
  let isAboutPhoto = true

  func plan(_ planning: Planning) -> StepPlan {
    guard let photo = planning.photo else { preconditionFailure("a step about the photo") }
    let isShrunk = photo.shrink > 1
    let ratio = isShrunk ? ", ratio=\(photo.shrink)" : ""
    return StepPlan(
      code: "img = imread(\(PythonLiteral.string(photo.fileName))\(ratio))", assigns: "img",
      output: photo.image.shape, scalarType: "uint8",
      fields: [
        "width": "\(photo.image.width)", "height": "\(photo.image.height)",
        "shrunk": isShrunk, "ratio": "\(photo.shrink)", "file_width": "\(photo.width)",
        "file_height": "\(photo.height)",
      ])
  }

  func run(_ walk: Walk) -> StepOutcome {
    let image = walk.photo.image
    return StepOutcome(
      statistics: image.statistics, tensor: { image.tensor }, took: walk.photo.decoding)
  }

  func program(_ cell: inout PythonCell, _ step: Step, _ report: Report) {
    cell.line("img = imread(image_path)")
    cell.show("img", step)
  }
}
