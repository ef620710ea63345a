import ArgumentParser
import CAMNet
import Notebook

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run a network on photos and write a report of each.",
    usage: """
      camreport <image> ... [--html <folder>] [<options>]
      camreport weights inspect|convert ...
      """,
    discussion: """
      The report of coffee.jpg goes to coffee-cam/ unless --html names a folder; several photos get \
      a folder each inside it. The last line printed is where the report is.
      """)

  @Argument(help: ArgumentHelp("Photos, JPEG or PNG.", valueName: "image"))
  var images: [String] = []

  @Option(help: ArgumentHelp("Write the report into this folder.", valueName: "folder"))
  var html: String?

  @Option(
    help: ArgumentHelp(
      "\(Model.all.map(\.name).joined(separator: " or ")). Default: the one whose weights are given, else \(Model.all[0].name), whose weights are built in.",
      valueName: "name"))
  var model: String?

  @Option(
    help: ArgumentHelp(
      "Weights: .npy, .npz, .safetensors or a torch checkpoint; or synthetic:SEED, made from a formula.",
      valueName: "file"))
  var weights: String?

  @Option(
    help: ArgumentHelp(
      "Class names: a JSON list, or one name a line. Default: ImageNet's.", valueName: "file"))
  var classes: String?

  @Option(
    help: ArgumentHelp(
      "The network's input is this many pixels a side, 1 to \(Self.largestSize). Default: the size it was trained at.",
      valueName: "pixels"))
  var size: Int?

  @Option(
    help: ArgumentHelp(
      "How the photo is resized, as Pillow does: \(ResizeFilter.allCases.map(\.rawValue).joined(separator: ", ")). The notebook's Pillow of 2019 used nearest.",
      valueName: "filter"))
  var resize: ResizeFilter = .bicubic

  @Flag(help: "Resize the shortest side and cut out the centre, instead of squeezing the photo.")
  var crop = false

  @Option(
    help: ArgumentHelp(
      "Write each step's output into this folder, as NN-name.npy.", valueName: "folder"))
  var saveTensors: String?

  @Flag(help: "Log a line for each step.")
  var verbose = false

  static let largestSize = 4096

  func validate() throws {
    if images.isEmpty { throw ValidationError("Name at least one image.") }
    try Self.validate(size: size, model: model)
    if let model = try model.map({ try Model.named($0) }), weights == nil,
      !model.hasEmbeddedWeights
    {
      throw ValidationError("\(ModelError.noEmbeddedWeights(model.name))")
    }
  }

  /// What all commands ask of a size and a model's name.
  static func validate(size: Int?, model: String?) throws {
    if let size, !(1...largestSize).contains(size) {
      throw ValidationError("--size takes 1 to \(largestSize) pixels, not \(size).")
    }
    do {
      _ = try model.map { try Model.named($0) }
    } catch {
      throw ValidationError("\(error)")
    }
  }

  func run() throws {
    let progress = Progress(isVerbose: verbose)
    let loaded: LoadedModel
    let words: Words
    do {
      words = try Words.english()
      loaded = try LoadedModel(modelName: model, weights: weights, classes: classes)
    } catch {
      throw progress.failure(error)
    }
    let options = InputOptions(
      size: size ?? loaded.model.network.defaultSize, filter: resize, crops: crop)
    let walkthrough = Walkthrough(model: loaded, options: options, words: words)
    let folders = ReportFolders(images: images, html: html, saveTensors: saveTensors)

    var failed = false
    for (image, folder) in zip(images, folders.all) {
      do {
        let isComplete = try report(image, into: folder, walkthrough, progress)
        failed = failed || !isComplete
      } catch {
        _ = progress.failure(error)
        failed = true
      }
    }
    if failed { throw ExitCode.failure }
  }

  /// Writes one photo's report; false where the run failed midway and the report says so.
  private func report(
    _ image: String, into folder: ReportFolders.Folder, _ walkthrough: Walkthrough,
    _ progress: Progress
  ) throws -> Bool {
    let photo = try Photo(contentsOf: image)
    let writer = try ReportWriter(folder: folder.report)
    let tensors = try folder.tensors.map { try TensorWriter(folder: $0) }
    let report = try walkthrough.run(
      photo, observe: progress.show,
      save: tensors.map { tensors in { step, tensor in try tensors.write(tensor, of: step) } })
    progress.writing(folder.report)
    let record = RunRecord(
      report, version: CamReport.version, command: CommandLine.arguments.dropPath,
      environment: .current)
    try writer.write(report, record: record)
    progress.clear()
    if let failure = report.failure {
      _ = progress.failure(RunFailure(image: image, reason: failure))
    }
    for prediction in report.predictions { print(prediction.line) }
    print(writer.page)
    return report.failure == nil
  }
}

/// A run that stopped at a layer.
struct RunFailure: Error, CustomStringConvertible {
  let image: String
  let reason: String

  var description: String { "\(image): \(reason); the report holds the steps before it" }
}

extension ResizeFilter: ExpressibleByArgument {}

extension [String] {
  /// The command line with the program's name instead of its path.
  var dropPath: [String] { ["camreport"] + dropFirst() }
}
