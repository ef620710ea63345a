import ArgumentParser
import CAMNet
import CLibc
import Foundation
import Notebook

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run a network on photos and write a report of each.",
    usage: """
      camreport <image> ... [--html <folder>] [<options>]
      camreport <command> ...
      """,
    discussion: """
      The report of coffee.jpg goes to coffee-cam/ unless a format's option says where to; several \
      photos get a folder each inside the folder of --html, and a page over all of them. The last \
      line printed is where the report is.
      """)

  @Argument(
    help: ArgumentHelp(
      "Photos: JPEG, PNG or BMP; with Debian's libvips42 installed also WebP, HEIC, AVIF, TIFF or GIF.",
      valueName: "image"),
    completion: PhotoFiles.completion)
  var images: [String] = []

  @OptionGroup(title: "Formats")
  var formats: Formats

  @OptionGroup(title: "Maps")
  var mapping: Mapping

  @OptionGroup(title: "Fine-tuning")
  var loss: LossArguments

  @OptionGroup(title: "Words")
  var wording: Wording

  @OptionGroup var modelOption: ModelOption
  @OptionGroup var weightsOption: WeightsOption
  @OptionGroup var classesOption: ClassesOption
  @OptionGroup var sizeOption: SizeOption

  @OptionGroup var fitting: FittingArguments

  @OptionGroup(title: "Preparation")
  var preparation: PreparationArguments

  @Flag(
    help:
      "Write no report, but show what the network says of the photo by each preset of --preprocess, with the entropy."
  )
  var tryPreprocessing = false

  @Option(
    help: ArgumentHelp(
      "Write no report, but hold the run against this folder of .npy files, each named by the module that gave it, and say where they part.",
      valueName: "folder"),
    completion: .directory)
  var compare: String?

  @Option(
    name: .customLong("method"),
    help: ArgumentHelp(
      "Make maps by another method too. May be given several times.",
      valueName: "name"))
  var methods: [MethodName] = []

  @Flag(
    help: "Convolve directly, without Winograd's transforms, whose rounding is larger; slower.")
  var precise = false

  @Option(
    help: ArgumentHelp(
      "Write each step's output into this folder, as NN-name.npy.", valueName: "folder"),
    completion: .directory)
  var saveTensors: String?

  @Flag(
    help:
      "Go on with an interrupted run: photos whose report is complete, of the same inputs, options and version, are left as they are."
  )
  var resume = false

  @Flag(help: "Write files' names in place of their paths into run.json.")
  var relative = false

  @Flag(help: "Log a line for each step.")
  var verbose = false

  func validate() throws {
    if images.isEmpty { throw ValidationError("Name at least one image.") }
    if images.count > 1, compare != nil { throw ValidationError("--compare takes one image.") }
    if images.count > 1, let option = formats.single.first?.option {
      throw ValidationError("\(option) takes one image; --html takes many.")
    }
    if resume, saveTensors != nil || !formats.single.isEmpty {
      throw ValidationError("--resume is for --html alone.")
    }
    do {
      try WalkthroughMethods.check(methods.map(\.rawValue))
    } catch {
      throw ValidationError("\(error).")
    }
    if let name = modelOption.name, !NetworkFile.isNamed(name), let model = try? Model.named(name),
      weightsOption.weights == nil, !model.hasEmbeddedWeights
    {
      throw ValidationError("\(ModelError.noEmbeddedWeights(model.name))")
    }
  }

  func run() throws {
    let progress = Progress(
      isVerbose: verbose, photos: images.count, outputIsFile: formats.usesStandardOutput)
    let walkthrough: Walkthrough
    let layout: Layout
    do {
      let words: Words
      (words, layout) = try wording.load()
      // A page is set in its reader's fonts, and looking through this machine's takes a while.
      if !formats.single.isEmpty, let warning = try words.fontWarning { progress.warning(warning) }
      let loaded = try LoadedModel(
        modelName: modelOption.name, weights: weightsOption.weights,
        classes: classesOption.classes, options: execution, size: sizeOption.size,
        preparation: preparation.request)
      if tryPreprocessing {
        try showTrials(loaded)
        return
      }
      if let compare {
        try hold(loaded, against: compare)
        return
      }
      if formats.ipynb != nil { try loaded.model.network.checkPython() }
      walkthrough = try Walkthrough(
        model: loaded, options: fitting.options(loaded, size: sizeOption.size), words: words,
        methods: methods.map(\.rawValue),
        maps: mapping.options, fineTuning: loss.options(loaded))
    } catch let code as ExitCode {
      throw code
    } catch {
      throw progress.failure(error)
    }
    if images.count > 1 { Self.keepMemory() }
    let run = PhotoRun(
      walkthrough: walkthrough, layout: layout,
      folders: ReportFolders(
        images: images, html: formats.html, saveTensors: saveTensors,
        writesFolder: formats.writesFolder),
      files: formats.files(layout),
      program: .init(version: CamReport.version, command: CommandLine.arguments.dropPath),
      resumes: resume, namesOnly: relative, workers: workers)
    let failures = run.run(observe: progress.show)
    progress.clear()
    guard failures.isEmpty else { throw ExitCode.failure }
  }

  /// Leaves what one photo's files took to the next one's: pages given back to the system and taken again are cleared each
  /// time.
  private static func keepMemory() {
    mallopt(M_MMAP_THRESHOLD, 1 << 25)
    mallopt(M_TRIM_THRESHOLD, 1 << 28)
  }
}

extension RunCommand {
  /// Prints what the network says of each photo by each preset.
  private func showTrials(_ loaded: LoadedModel) throws {
    for (index, image) in images.enumerated() {
      let trial = try PreparationTrial(
        loaded, photo: Photo(contentsOf: image),
        options: fitting.options(loaded, size: sizeOption.size))
      if images.count > 1 { StandardStreams.print([(index > 0 ? "\n" : "") + image.printable]) }
      StandardStreams.print(trial.text.components(separatedBy: "\n"))
    }
  }

  /// Prints where the run and what another program computed part.
  /// - Throws: `ExitCode.failure` where they do.
  private func hold(_ loaded: LoadedModel, against folder: String) throws {
    let comparison = try ActivationComparison(
      loaded, photo: Photo(contentsOf: images[0]),
      options: fitting.options(loaded, size: sizeOption.size), folder: folder)
    StandardStreams.print(comparison.text.components(separatedBy: "\n"))
    if comparison.first != nil { throw ExitCode.failure }
  }

  private var cores: Int { ProcessInfo.processInfo.activeProcessorCount }

  /// Photos that are run at once: one on each core, since a report has parts that one core makes alone. The steps of a log
  /// are those of one photo after the other.
  private var workers: Int { verbose ? 1 : min(images.count, cores) }

  private var execution: ExecutionOptions {
    var options = ExecutionOptions()
    options.isPrecise = precise
    options.keptWeights = images.count > 1 ? .all : .none
    options.threads = workers == 1 ? nil : max(cores / workers, 1)
    return options
  }
}

/// The words of reports.
struct Wording: ParsableArguments {
  @Option(
    help: ArgumentHelp("The language of reports.", valueName: "language"))
  var lang: Language = .english

  @Option(
    help: ArgumentHelp(
      "Words, style and layout of your own: a folder with changed copies of what 'camreport templates' writes.",
      valueName: "folder"),
    completion: .directory)
  var templates: String?

  func load() throws -> (Words, Layout) {
    let files = try templates.map { try TemplateFiles(folder: $0) } ?? .builtIn
    return (try Words(lang, files), try Layout(files))
  }
}

extension [String] {
  /// The command line with the program's name instead of its path.
  var dropPath: [String] { ["camreport"] + dropFirst() }
}
