import ArgumentParser
import CAMNet
import Foundation
import Notebook

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run a network on photos and write a report of each.",
    usage: """
      camreport <image> ... [--html <folder>] [<options>]
      camreport layers | lock | check | verify | weights | templates | bench ...
      """,
    discussion: """
      The report of coffee.jpg goes to coffee-cam/ unless a format's option says where to; several \
      photos get a folder each inside the folder of --html, and a page over all of them. The last \
      line printed is where the report is.
      """)

  @Argument(help: ArgumentHelp("Photos, JPEG or PNG.", valueName: "image"))
  var images: [String] = []

  @OptionGroup(title: "Formats")
  var formats: Formats

  @OptionGroup(title: "Words")
  var wording: Wording

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

  @Flag(
    help: "Convolve directly, without Winograd's transforms, whose rounding is larger; slower.")
  var precise = false

  @Flag(help: "Resize the shortest side and cut out the centre, instead of squeezing the photo.")
  var crop = false

  @Option(
    help: ArgumentHelp(
      "Write each step's output into this folder, as NN-name.npy.", valueName: "folder"))
  var saveTensors: String?

  @Flag(
    help:
      "Go on with an interrupted run: photos whose report is complete, of the same inputs, options and version, are left as they are."
  )
  var resume = false

  @Flag(help: "Log a line for each step.")
  var verbose = false

  static let largestSize = 4096

  func validate() throws {
    if images.isEmpty { throw ValidationError("Name at least one image.") }
    if images.count > 1, let option = formats.single.first {
      throw ValidationError("\(option) takes one image; --html takes many.")
    }
    if resume, saveTensors != nil || !formats.single.isEmpty {
      throw ValidationError("--resume is for --html alone.")
    }
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
    let progress = Progress(isVerbose: verbose, photos: images.count)
    let loaded: LoadedModel
    let words: Words
    let layout: Layout
    do {
      (words, layout) = try wording.load()
      // A page is set in its reader's fonts, and looking through this machine's takes a while.
      if !formats.single.isEmpty, let warning = words.fontWarning { progress.warning(warning) }
      loaded = try LoadedModel(
        modelName: model, weights: weights, classes: classes, options: execution)
    } catch {
      throw progress.failure(error)
    }
    let options = InputOptions(
      size: size ?? loaded.model.network.defaultSize, filter: resize, crops: crop)
    let run = PhotoRun(
      walkthrough: Walkthrough(model: loaded, options: options, words: words), layout: layout,
      formats: formats,
      folders: ReportFolders(
        images: images, html: formats.html, saveTensors: saveTensors,
        writesFolder: formats.writesFolder),
      resumes: resume, workers: workers, progress: progress)
    guard run.all() else { throw ExitCode.failure }
  }
}

extension RunCommand {
  private var cores: Int { ProcessInfo.processInfo.activeProcessorCount }

  /// Photos that are run at once: one on each core, since a report has parts that one core makes alone. The steps of a log
  /// are those of one photo after the other.
  private var workers: Int { verbose ? 1 : min(images.count, cores) }

  private var execution: ExecutionOptions {
    var options = ExecutionOptions()
    options.isPrecise = precise
    options.keepsWeights = images.count > 1
    options.threads = workers == 1 ? nil : max(cores / workers, 1)
    return options
  }
}

/// Where reports go, by format.
struct Formats: ParsableArguments {
  @Option(help: ArgumentHelp("Write the report as a page into this folder.", valueName: "folder"))
  var html: String?

  @Option(help: ArgumentHelp("Write the report as a PDF.", valueName: "file"))
  var pdf: String?

  @Option(help: "The PDF's paper: a4 or letter.")
  var paper: Paper = .a4

  @Option(
    help: ArgumentHelp(
      "Write the report as a Jupyter notebook that runs again, its files beside it.",
      valueName: "file"))
  var ipynb: String?

  @Option(
    help: ArgumentHelp(
      "Write the report as Markdown, its figures beside it.", valueName: "file"))
  var markdown: String?

  @Flag(
    help:
      "Leave the date out of the PDF, so that two runs give the same bytes; SOURCE_DATE_EPOCH sets it."
  )
  var reproducible = false

  func exporters(_ record: RunRecord, _ layout: Layout) -> [any Exporter] {
    var exporters: [any Exporter] = []
    if let pdf {
      let date = SourceDate.current ?? (reproducible ? nil : Date())
      exporters.append(
        PDFExporter(path: pdf, paper: paper, record: record, date: date?.formatted(.iso8601)))
    }
    if let ipynb {
      exporters.append(JupyterExporter(path: ipynb, layout: layout, version: CamReport.version))
    }
    if let markdown { exporters.append(MarkdownExporter(path: markdown)) }
    return exporters
  }

  /// Whether a folder with a page and a record is written: where it is asked for, and where nothing else is.
  var writesFolder: Bool { html != nil || single.isEmpty }

  /// The options given whose format is one file.
  var single: [String] {
    [("--pdf", pdf), ("--ipynb", ipynb), ("--markdown", markdown)].filter { $0.1 != nil }.map(\.0)
  }

  /// The files of those formats, in the order of `exporters`.
  var paths: [String] { [pdf, ipynb, markdown].compactMap(\.self) }
}

/// The time that builds which give the same bytes take for now: <https://reproducible-builds.org/specs/source-date-epoch/>.
enum SourceDate {
  static var current: Date? {
    ProcessInfo.processInfo.environment["SOURCE_DATE_EPOCH"].flatMap(Double.init)
      .map(Date.init(timeIntervalSince1970:))
  }
}

/// The words of reports.
struct Wording: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The language: \(Language.allCases.map(\.rawValue).joined(separator: " or ")).",
      valueName: "language"))
  var lang: Language = .english

  @Option(
    help: ArgumentHelp(
      "Words, style and layout of your own: a folder with changed copies of what 'camreport templates' writes.",
      valueName: "folder"))
  var templates: String?

  func load() throws -> (Words, Layout) {
    let files = try templates.map { try TemplateFiles(folder: $0) } ?? .builtIn
    return (try Words(lang, files), try Layout(files))
  }
}

extension Language: ExpressibleByArgument {}
extension Paper: ExpressibleByArgument {}
extension ResizeFilter: ExpressibleByArgument {}

extension [String] {
  /// The command line with the program's name instead of its path.
  var dropPath: [String] { ["camreport"] + dropFirst() }
}
