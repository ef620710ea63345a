import ArgumentParser
import CAMNet
import Notebook

/// How maps are drawn and boxed.
struct Mapping: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Where a map's places lie. Default: center; notebook, TensorFlow 1's rule, for vgg16-cam.",
      valueName: "rule"))
  var placement: Placement?

  @Option(
    help: ArgumentHelp(
      "The share of a map's range that values in a class's box exceed, 0.2 to 0.9; the paper took 0.2.",
      valueName: "share"))
  var box = BoundingBox.defaultThreshold

  func validate() throws {
    if !MapOptions.boxThresholds.contains(box) {
      throw ValidationError("--box takes 0.2 to 0.9, not \(box).")
    }
  }

  var options: MapOptions { MapOptions(placement: placement, boxThreshold: box) }
}
