import ArgumentParser
import CAMNet
import Foundation
import Notebook

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Say whether networks are still what a lock file says.",
    discussion: """
      Size, photo, weights and class names are the locked ones unless others are given. The exit code is 0 when all agree, 1 when something differs or cannot be compared, 64 for \
      wrong usage and for a lock file that cannot be read.
      """)

  @Argument(help: ArgumentHelp("What 'camreport lock' wrote.", valueName: "lock file"))
  var file: String

  @Argument(help: ArgumentHelp("Models to check. Default: all in the file.", valueName: "model"))
  var models: [String] = []

  @OptionGroup var sizeOption: SizeOption

  @Option(
    help: ArgumentHelp(
      "The photo of the fingerprints, where it lies elsewhere.", valueName: "image"))
  var image: String?

  @OptionGroup var weightsOption: WeightsOption
  @OptionGroup var classesOption: ClassesOption

  @Option(help: "The relative l2 difference of numbers that is let pass.")
  var tolerance = 1e-3

  @Flag(help: "Rewrite the file with what is now, and print what changed.")
  var update = false

  @Flag(help: "Only add layers that the file does not have.")
  var updateNew = false

  @Option(
    name: .customLong("report"),
    help: ArgumentHelp(
      "junit=FILE, json=FILE, html=DIR, or github (annotations). May be given several times.",
      valueName: "kind"))
  var reports: [CheckReport] = []

  func validate() throws {
    if update && updateNew {
      throw ValidationError("--update and --update-new exclude each other.")
    }
    guard tolerance >= 0 else { throw ValidationError("--tolerance takes a number of 0 or more.") }
  }

  func run() throws {
    let progress = Progress(isVerbose: false)
    let lock: Lock
    let text: LockText
    do {
      let data = try LockFile.read(file)
      lock = try Lock(data, file: file)
      text = LockText(data)
      if let unknown = models.first(where: { lock.models[$0] == nil }) {
        throw ModelError.unknownModel(unknown, known: lock.models.keys.sorted())
      }
    } catch {
      _ = progress.failure(error)
      throw ExitCode(64)
    }
    do {
      let words = try Words(.english, .builtIn)
      let check = LockCheck(
        lock, folder: LockFile.folder(file), names: models,
        options: .init(
          size: sizeOption.size, image: image, weights: weightsOption.weights,
          classes: classesOption.classes, tolerance: tolerance),
        words: words)
      StandardStreams.print(check.lines(file: file, lock: text))
      for report in reports { try report.write(check, file: file, lock: text, words: words) }
      try write(check, lock)
      let remaining =
        update ? check.differences.filter { $0.kind == .impossible } : check.differences
      let isDone = updateNew ? remaining.allSatisfy { $0.kind == .added } : remaining.isEmpty
      if !isDone { throw ExitCode.failure }
    } catch let code as ExitCode {
      throw code
    } catch {
      throw progress.failure(error)
    }
  }

  private func write(_ check: LockCheck, _ lock: Lock) throws {
    guard update || updateNew else { return }
    let new = update ? check.updated(lock) : check.addingNew(lock)
    guard new != lock else { return }
    try LockFile.write(new, to: file)
    StandardStreams.print(["updated \(file)"])
  }
}

/// Where a check's result goes besides the terminal.
enum CheckReport: ExpressibleByArgument {
  case junit(String)
  case json(String)
  case html(String)
  case github

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
    switch (parts.first, parts.count) {
    case ("github", 1): self = .github
    case ("junit", 2): self = .junit(parts[1])
    case ("json", 2): self = .json(parts[1])
    case ("html", 2): self = .html(parts[1])
    default: return nil
    }
  }

  func write(_ check: LockCheck, file: String, lock: LockText, words: Words) throws {
    switch self {
    case .github:
      let annotations = check.github(file: file, lock: lock)
      if !annotations.isEmpty { print(annotations) }
    case .junit(let path):
      try LockFile.write(check.junit(file: file, lock: lock), to: path)
    case .json(let path):
      try LockFile.write(check.json(file: file, lock: lock), to: path)
    case .html(let folder):
      let layout = try Layout(.builtIn)
      let page = CheckPage(check, lockFile: file, words: words, layout: layout).file()
      for model in check.models {
        guard let report = model.report else { continue }
        let writer = try ReportWriter(folder: "\(folder)/\(CheckPage.folder(model.name))")
        let record = RunRecord(
          report, layout: layout, version: CamReport.version,
          command: CommandLine.arguments.dropPath,
          environment: .current)
        try writer.write(report, record: record, layout: layout)
      }
      try LockFile.write(page.contents(), to: "\(folder)/\(page.name)")
    }
  }
}
