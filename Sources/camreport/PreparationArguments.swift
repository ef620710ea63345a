import ArgumentParser
import CAMNet
import Notebook

/// How photos are prepared for a network from a file.
struct PreparationArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How a network from a file wants its photos: \(Preparation.presets.map(\.name).joined(separator: ", ")), or a file as preprocessor_config.json of Hugging Face and config.json of timm. Default: what such a file beside the network says, else what is usual.",
      valueName: "name"),
    completion: .file(extensions: ["json"]))
  var preprocess: String?

  @Option(
    help: ArgumentHelp(
      "What is taken off red, green and blue of 0 to 1, as torchvision's Normalize has it; of bytes where a number is above 1.",
      valueName: "numbers"))
  var mean: Numbers?

  @Option(
    help: ArgumentHelp("What the rest is divided by.", valueName: "numbers"))
  var std: Numbers?

  @Flag(help: "The network reads blue, green, red, and --mean and --std are in that order.")
  var bgr = false

  var options: PreparationOptions {
    PreparationOptions(
      named: preprocess, mean: mean?.values, deviation: std?.values, isReversed: bgr)
  }

  var request: PreparationRequest { .options(options) }
}

/// How photos are fitted to the network's input.
struct FittingArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How the photo is resized, as Pillow does: \(ResizeFilter.allCases.map(\.rawValue).joined(separator: ", ")). Default: bicubic. The notebook's Pillow of 2019 used nearest.",
      valueName: "filter"))
  var resize: ResizeFilter?

  @Option(
    help: ArgumentHelp(
      "Keep the photo's shape and cut out the centre, instead of squeezing the photo: of 0.875, 224 pixels are cut from 256. Without a number as much as fits; --crop none squeezes.",
      valueName: "fraction"))
  var crop: Fitting?

  func options(_ loaded: LoadedModel, size: InputSize?) -> InputOptions {
    InputOptions(
      size: size ?? loaded.model.network.defaultSize, filter: resize ?? loaded.filter,
      fitting: crop ?? loaded.fitting)
  }
}

/// Some numbers with commas between them.
struct Numbers: ExpressibleByArgument {
  let values: [Float]

  init?(argument: String) {
    let values = argument.split(separator: ",", omittingEmptySubsequences: false).map {
      Float($0.trimmingPrefix(" "))
    }
    guard !values.contains(nil) else { return nil }
    self.values = values.compactMap { $0 }
  }
}

extension Fitting: ExpressibleByArgument {
  public init?(argument: String) {
    if argument == "none" {
      self = .squeeze
      return
    }
    guard let fraction = Double(argument), Self.fractions.contains(fraction) else { return nil }
    self = .crop(fraction)
  }
}

extension InputSize: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}
