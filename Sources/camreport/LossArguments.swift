import ArgumentParser
import Notebook

/// What a report's last section, the loss that fine-tuning lowers, is asked for.
struct LossArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The photo's label, whose loss is shown: a class's name or number. Default: the network's own answer.",
      valueName: "class"))
  var label: String?

  @Flag(
    help: "Compute each variable's gradient, take a step of training, and show what it changes.")
  var gradients = false

  func options(_ model: LoadedModel) throws -> FineTuningOptions {
    FineTuningOptions(label: try label.map(model.classIndex), hasGradients: gradients)
  }
}
