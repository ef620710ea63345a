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
      camreport layers | lock | check | verify | weights | templates | bench ...
      """,
    discussion: """
      The report of coffee.jpg goes to coffee-cam/ unless a format's option says where to; several \
      photos get a folder each inside the folder of --html, and a page over all of them. The last \
      line printed is where the report is.
      """)

  @Argument(
    help: ArgumentHelp(
      "Photos: JPEG, PNG or BMP; with Debian's libvips42 installed also WebP, HEIC, AVIF, TIFF or GIF.",
      valueName: "image"))
  var images: [String] = []

  @OptionGroup(title: "Formats")
  var formats: Formats

  @OptionGroup(title: "Words")
  var wording: Wording

  @OptionGroup var modelOption: ModelOption
  @OptionGroup var weightsOption: WeightsOption
  @OptionGroup var classesOption: ClassesOption
  @OptionGroup var sizeOption: SizeOption

  @Option(
    help: ArgumentHelp(
      "How the photo is resized, as Pillow does: \(ResizeFilter.allCases.map(\.rawValue).joined(separator: ", ")). The notebook's Pillow of 2019 used nearest.",
      valueName: "filter"))
  var resize: ResizeFilter = .bicubic

  @Option(
    name: .customLong("method"),
    help: ArgumentHelp(
      "Make maps by another method too: \(WalkthroughMethods.others.joined(separator: ", ")). May be given several times.",
      valueName: "name"))
  var methods: [String] = []

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

  @Flag(help: "Write files' names in place of their paths into run.json.")
  var relative = false

  @Flag(help: "Log a line for each step.")
  var verbose = false

  func validate() throws {
    if images.isEmpty { throw ValidationError("Name at least one image.") }
    if images.count > 1, let option = formats.single.first {
      throw ValidationError("\(option) takes one image; --html takes many.")
    }
    if resume, saveTensors != nil || !formats.single.isEmpty {
      throw ValidationError("--resume is for --html alone.")
    }
    do {
      try WalkthroughMethods.check(methods)
    } catch {
      throw ValidationError("\(error).")
    }
    if let model = try modelOption.model.map({ try Model.named($0) }),
      weightsOption.weights == nil, !model.hasEmbeddedWeights
    {
      throw ValidationError("\(ModelError.noEmbeddedWeights(model.name))")
    }
  }

  func run() throws {
    let progress = Progress(isVerbose: verbose, photos: images.count)
    let walkthrough: Walkthrough
    let layout: Layout
    do {
      let words: Words
      (words, layout) = try wording.load()
      // A page is set in its reader's fonts, and looking through this machine's takes a while.
      if !formats.single.isEmpty, let warning = words.fontWarning { progress.warning(warning) }
      let loaded = try LoadedModel(
        modelName: modelOption.model, weights: weightsOption.weights,
        classes: classesOption.classes, options: execution)
      let options = InputOptions(
        size: sizeOption.size ?? loaded.model.network.defaultSize, filter: resize, crops: crop)
      walkthrough = try Walkthrough(
        model: loaded, options: options, words: words, methods: methods)
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

  @Flag(
    help:
      "Leave in the notebook's copy of the photo what it tells of where, when and with what it was made."
  )
  var keepMetadata = false

  @Option(
    help: ArgumentHelp(
      "Write the report as Markdown, its figures beside it.", valueName: "file"))
  var markdown: String?

  @Flag(
    help:
      "Leave the date out of the PDF, so that two runs give the same bytes; SOURCE_DATE_EPOCH sets it."
  )
  var reproducible = false

  /// The formats that are one file each.
  func files(_ layout: Layout) -> [PhotoRun.SingleFile] {
    var files: [PhotoRun.SingleFile] = []
    if let pdf {
      let date = (SourceDate.current ?? (reproducible ? nil : Date()))?.formatted(.iso8601)
      files.append(
        .init(path: pdf) { [paper] in
          PDFExporter(path: pdf, paper: paper, record: $0, date: date)
        })
    }
    if let ipynb {
      files.append(
        .init(path: ipynb) { [keepMetadata] _ in
          JupyterExporter(
            path: ipynb, layout: layout, version: CamReport.version, keepsMetadata: keepMetadata)
        })
    }
    if let markdown {
      files.append(.init(path: markdown) { _ in MarkdownExporter(path: markdown) })
    }
    return files
  }

  /// Whether a folder with a page and a record is written: where it is asked for, and where nothing else is.
  var writesFolder: Bool { html != nil || single.isEmpty }

  /// The options given whose format is one file.
  var single: [String] {
    [("--pdf", pdf), ("--ipynb", ipynb), ("--markdown", markdown)].filter { $0.1 != nil }.map(\.0)
  }
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
