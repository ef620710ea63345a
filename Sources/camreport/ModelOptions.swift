import ArgumentParser
import CAMNet
import Notebook

// What commands are told of a network, each declared once: a command has those that it needs.

/// The network by its name.
struct ModelOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The network, by its name or its ONNX file. Default: the one whose weights are given, else \(Model.all[0].name), whose weights are built in.",
      valueName: "name"))
  var model: ModelName?

  var name: String? { model?.rawValue }
}

/// Where the weights are from.
struct WeightsOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Weights: .npy, .npz, .safetensors, .onnx, .caffemodel or a torch checkpoint; or synthetic:SEED, made from a formula. Default: the model's own.",
      valueName: "file"),
    completion: .file())
  var weights: WeightsSource?

  func validate() throws {
    guard weights == .file("synthetic") else { return }
    throw ValidationError(
      "--weights synthetic lacks its seed, which is any word: --weights synthetic:camreport. "
        + "A file of this name is --weights ./synthetic")
  }
}

/// The classes' names.
struct ClassesOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Class names: a JSON list, or one name a line. Default: ImageNet's where there are 1000 classes, else their numbers.",
      valueName: "file"),
    completion: .file())
  var classes: String?
}

/// The network's input size.
struct SizeOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The network's input is this many pixels a side, 1 to \(InputOptions.sides.upperBound), or height and width, 48x192. Default: the size it was trained at.",
      valueName: "pixels"))
  var size: InputSize?

  func validate() throws {
    if let size, !InputOptions.allows(size) {
      throw ValidationError(
        "--size takes 1 to \(InputOptions.sides.upperBound) pixels a side, not \(size.text).")
    }
  }
}

extension WeightsSource: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}

extension PhotoFiles {
  /// What shells complete a photo's path by.
  static let completion = CompletionKind.file(extensions: endings)
}
