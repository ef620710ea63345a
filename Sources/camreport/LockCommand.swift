import ArgumentParser
import CAMNet
import Notebook

struct LockCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lock",
    abstract: "Write down what networks are, for 'camreport check' to compare.",
    discussion: """
      Shapes and arithmetic of every layer; with --image also numbers of every step of a run, and \
      the predictions.
      """)

  @Argument(
    help: ArgumentHelp(
      "\(Model.all.map(\.name).joined(separator: " or ")). Default: all; with --image the model that runs.",
      valueName: "model"))
  var models: [String] = []

  @Option(
    name: .shortAndLong, help: ArgumentHelp("The file to write.", valueName: "file"))
  var output = "shapes.lock.json"

  @OptionGroup var sizeOption: SizeOption

  @Option(help: ArgumentHelp("Run the model on this photo.", valueName: "image"))
  var image: String?

  @OptionGroup var weightsOption: WeightsOption
  @OptionGroup var classesOption: ClassesOption

  @Option(help: ArgumentHelp("How the photo is resized.", valueName: "filter"))
  var resize: ResizeFilter = .bicubic

  @Flag(help: "Cut out the photo's centre.")
  var crop = false

  func validate() throws {
    for model in models { try ModelOption.check(model) }
    if image != nil, models.count > 1 {
      throw ValidationError("With --image, name one model; lock others in a file of their own.")
    }
    if image == nil, weightsOption.weights != nil {
      throw ValidationError("--weights locks numbers, which need an --image.")
    }
  }

  func run() throws {
    do {
      let lock = Lock(models: try image.map(lockRun) ?? lockShapes())
      try LockFile.write(lock, to: output)
      StandardStreams.print([output])
    } catch {
      throw Progress(isVerbose: false).failure(error)
    }
  }

  private func lockShapes() throws -> [String: LockedModel] {
    let chosen = models.isEmpty ? Model.all : try models.map { try Model.named($0) }
    return Dictionary(
      try chosen.map { model in
        let locked = try LockedModel(
          model.network, size: sizeOption.size ?? model.network.defaultSize)
        return (model.name, locked)
      }, uniquingKeysWith: { first, _ in first })
  }

  private func lockRun(_ image: String) throws -> [String: LockedModel] {
    let loaded = try LoadedModel(
      modelName: models.first, weights: weightsOption.weights, classes: classesOption.classes)
    let network = loaded.model.network
    var locked = try LockedModel(network, size: sizeOption.size ?? network.defaultSize)
    let run = try LockRun(
      loaded, photo: Photo(contentsOf: image),
      options: InputOptions(size: locked.inputSize, filter: resize, crops: crop),
      words: Words(.english, .builtIn), folder: LockFile.folder(output))
    if let failure = run.report.failure { throw RunFailure(image: image, reason: failure) }
    locked.run = run.run
    return [network.name: locked]
  }
}
