import ArgumentParser
import CAMNet
import Notebook

struct LockCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lock",
    abstract: "Write down what networks are, for 'camreport check' to compare.",
    usage: "camreport lock [<model> ...] [<options>]",
    discussion: """
      Shapes and arithmetic of every layer; with --image also numbers of every step of a run, and \
      the predictions.
      """)

  @Argument(
    help: ArgumentHelp(
      "The networks, by their names, their ONNX files, or a folder of these. Default: all that have names; with --image the one that runs.",
      valueName: "model"))
  var models: [ModelName] = []

  @Option(
    name: .shortAndLong, help: ArgumentHelp("The file to write.", valueName: "file"),
    completion: .file(extensions: ["json"]))
  var output = "shapes.lock.json"

  @Flag(help: "Write over a file that is there.")
  var force = false

  @OptionGroup var sizeOption: SizeOption

  @Option(
    help: ArgumentHelp("Run the model on this photo.", valueName: "image"),
    completion: PhotoFiles.completion)
  var image: String?

  @OptionGroup var weightsOption: WeightsOption
  @OptionGroup var classesOption: ClassesOption

  @OptionGroup var fitting: FittingArguments
  @OptionGroup(title: "Preparation") var preparation: PreparationArguments

  func validate() throws {
    if image != nil, models.count > 1 {
      throw ValidationError("With --image, name one model; lock others in a file of their own.")
    }
    if image == nil, weightsOption.weights != nil {
      throw ValidationError("--weights locks numbers, which need an --image.")
    }
  }

  func run() throws {
    do {
      if !force, FileBytes.isRegular(output) { throw LockExists(path: output) }
      let lock = Lock(models: try image.map(lockRun) ?? lockShapes())
      try LockFile.write(lock, to: output)
      StandardStreams.print([output])
    } catch {
      throw Progress(isVerbose: false).failure(error)
    }
  }

  private func lockShapes() throws -> [String: LockedModel] {
    let names = models.isEmpty ? Model.all.map(\.name) : models.map(\.rawValue)
    return try Lock(
      of: names, size: sizeOption.size, preparation: preparation.request,
      folder: LockFile.folder(output)
    ).models
  }

  private func lockRun(_ image: String) throws -> [String: LockedModel] {
    let loaded = try LoadedModel(
      modelName: models.first?.rawValue, weights: weightsOption.weights,
      classes: classesOption.classes, size: sizeOption.size,
      preparation: preparation.request)
    let network = loaded.model.network
    let file = models.first.map(\.rawValue).flatMap { NetworkFile.isNamed($0) ? $0 : nil }
    var locked = try LockedModel(
      network, size: sizeOption.size ?? network.defaultSize,
      file: file.map { LockFile.relative($0, to: LockFile.folder(output)) },
      preparation: loaded.preparation)
    let run = try LockRun(
      loaded, photo: Photo(contentsOf: image),
      options: fitting.options(loaded, size: sizeOption.size),
      words: Words(.english, .builtIn), folder: LockFile.folder(output))
    if let failure = run.report.failure { throw RunFailure(image: image, reason: failure) }
    locked.run = run.run
    return [network.name: locked]
  }
}

/// A lock is renewed where what changes is looked at.
private struct LockExists: Error, CustomStringConvertible {
  let path: String

  var description: String {
    "\(path): is there already; 'camreport check --update' says what changed and renews it, 'camreport lock --force' writes it anew"
  }
}
