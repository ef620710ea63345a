import ArgumentParser
import CAMNet
import Foundation
import Notebook
import Training

struct FinetuneCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "finetune",
    abstract: "Train a network on photos of your own classes.",
    usage: "camreport finetune <data> --out <file> [<options>]",
    discussion: """
      The result holds the weights, the classes' names and the input's size: \
      'camreport photo.jpg --weights mine.safetensors' needs nothing else. After its epochs a \
      checkpoint is left beside the result, which --resume goes on with after an interruption, to \
      the same bytes. The last line printed is where the result is.
      """)

  @Argument(
    help: ArgumentHelp(
      "The photos: a folder with a folder of photos for each class, or a CSV of path and label.",
      valueName: "data"),
    completion: .directory)
  var data: String

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The file to write: .safetensors, or the notebook's .npy, or .npz, which hold the weights alone.",
      valueName: "file"),
    completion: .file(extensions: ["safetensors", "npy", "npz"]))
  var out: String

  @OptionGroup var modelOption: ModelOption
  @OptionGroup var weightsOption: WeightsOption
  @OptionGroup var classesOption: ClassesOption
  @OptionGroup var sizeOption: SizeOption

  @OptionGroup(title: "Preparation")
  var preparation: PreparationArguments

  @OptionGroup(title: "Training")
  var training: TrainingArguments

  @OptionGroup(title: "Formats")
  var reports: TrainingReports

  @OptionGroup(title: "Words")
  var wording: Wording

  @Option(
    help: ArgumentHelp(
      "Where the photos' objects are, a CSV of path, x, y, width and height in pixels: what share of the evidence lies there is reported.",
      valueName: "file"),
    completion: .file(extensions: ["csv"]))
  var boxes: String?

  @Option(
    help: ArgumentHelp("Write a JSON object for each epoch into this file.", valueName: "file"),
    completion: .file(extensions: ["jsonl"]))
  var log: String?

  @Flag(help: "Go on with an interrupted training of the same options, data and version.")
  var resume = false

  @Flag(help: "Write over a result that is there, and begin anew where a checkpoint is.")
  var force = false

  func validate() throws {
    if resume && force { throw ValidationError("--resume and --force exclude each other.") }
    do {
      try TrainedWeights.checkFormat(out)
    } catch {
      throw ValidationError("\(error).")
    }
  }

  func run() throws {
    let progress = Progress(isVerbose: false)
    Interruption.expect()
    do {
      try train(progress)
    } catch let interruption as Interruption {
      progress.clear()
      StandardStreams.printError("camreport: \(out): \(leftover)".printable + "\n")
      throw interruption.exitCode
    } catch let code as ExitCode {
      throw code
    } catch {
      throw progress.failure(error)
    }
  }

  /// What an interrupted training leaves, as the end of a sentence.
  private var leftover: String {
    FileBytes.isRegular(Checkpoint.path(ofResult: out))
      ? "the training was interrupted; go on with it by the same command and --resume"
      : "the training was interrupted before its first checkpoint; nothing is left of it"
  }

  private func train(_ progress: Progress) throws {
    let (words, layout) = try wording.load()
    try reports.prepare()
    let loaded = try LoadedModel(
      modelName: modelOption.name, weights: weightsOption.weights, classes: classesOption.classes,
      size: sizeOption.size, preparation: preparation.request)
    try loaded.model.network.checkGradients()
    var options = try training.options
    options.size = sizeOption.size
    options.classes = classesOption.classes
    options.boxes = boxes
    if let name = modelOption.name, NetworkFile.isNamed(name), loaded.weights != .file(name) {
      options.network = name
    }
    if let prepared = loaded.preparation, [.options, .file].contains(prepared.origin) {
      options.preparation = prepared.preparation
    }
    let job = TrainingJob(
      data: data,
      start: TrainingStart(
        model: loaded.model, parameters: loaded.executor.parameters, weights: loaded.weights,
        weightsSHA256: loaded.weightsSHA256, classNames: loaded.classNames),
      options: options, output: out, cache: .user, version: CamReport.version)
    try job.checkFiles(resumes: resume, overwrites: force)
    if force { try job.removeCheckpoint() }
    let shown = try FinetuneProgress(log: log)
    let outcome = try job.run(resume ? .resumed : .anew) { event in
      try Interruption.check()
      try shown.show(event)
    }
    shown.clear()
    try loaded.checkWeights()
    try outcome.weights?.write(to: out, record: outcome.record)
    let paths = try reports.write(
      outcome.record,
      trained: outcome.trained.map {
        TrainedNetwork($0.model, $0.parameters, size: outcome.size, data: data)
      }, words: words, layout: layout)
    if let divergence = outcome.divergence {
      StandardStreams.print(paths)
      throw TrainingError.diverged(out, divergence)
    }
    if !TrainedWeights.keepsNames(out) {
      progress.warning(
        "\(out): holds no class names, which this format has no place for; a .safetensors file does"
      )
    }
    try job.removeCheckpoint()
    StandardStreams.print(Self.summary(outcome.record) + paths + [out])
  }

  /// What there is to say of a training in some lines.
  private static func summary(_ record: TrainingRecord) -> [String] {
    var lines = record.data.skipped.map { "left out \($0.path): \($0.reason)" }
    let copies = record.data.duplicates
    if !copies.isEmpty {
      let moved = copies.count { $0.moved != nil }
      let isUnjudged = record.evaluation?.isValidation == false
      lines.append(
        "\(copies.count) of the photos to be kept back are copies of others that are trained with"
          + (moved > 0 ? ", and are trained with too" : ": the accuracy says less than it seems")
          + (moved > 0 && isUnjudged ? "; none is left to judge by" : ""))
    }
    if let (largest, small) = record.data.imbalance {
      lines.append(
        "the classes are out of balance: '\(largest.name)' has \(largest.photos) photos, "
          + small.map { "'\($0.name)' \($0.photos)" }.joined(separator: ", ")
          + "; --class-weights balanced lets each count as much")
    }
    if let rate = record.rangeTest?.chosen { lines.append("the learning rate found is \(rate)") }
    if record.ending == .patience {
      lines.append("ended after \(record.epochs.count) epochs without a lower loss")
    }
    if let evaluation = record.evaluation {
      let which = evaluation.isValidation ? "kept back" : "trained with"
      lines.append(
        "\(evaluation.right) of \(evaluation.photos.count) photos that were \(which) are classified as they are labelled"
      )
    }
    return lines
  }
}
