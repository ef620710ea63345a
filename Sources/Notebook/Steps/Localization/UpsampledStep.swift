import CAMNet

/// The maps enlarged to the network's input size, and the check that enlarging after the sum is the same.
struct UpsampledStep: WalkthroughStep {
  let name = "upsampled"
  let section = Section.localization
  let context: MapContext

  func plan(_ planning: Planning) -> StepPlan {
    let size = planning.options.size
    return StepPlan(
      code: "cam = \(context.enlarging("cam", size: size))", assigns: "cam",
      inputs: [context.maps(planning)], output: context.enlarged(planning),
      fields: context.fields(planning).adding(context.placementFields))
  }

  func run(_ walk: Walk) throws -> StepOutcome {
    let maps = try walk.take(.maps)
    let enlarged = maps.map { $0.map.upsampledBilinearly(context.grid) }
    walk.give(enlarged, as: .enlarged)
    let shown = Array(enlarged.prefix(context.classes))
    let check = UpsamplingCheck(
      upsampled: shown[0], map: maps[0], features: try walk.take(.features),
      grid: context.grid)
    return StepOutcome(
      statistics: shown.statistics,
      sentence: [
        "pixels": Formatted.count(check.pixels), "channels": Formatted.count(check.channels),
        "difference": Formatted.significant(check.largestDifference, 2),
        "holds": check.largestDifference <= MapContext.roundingTolerance,
      ],
      tensor: { Tensor.stacked(shown) })
  }
}
