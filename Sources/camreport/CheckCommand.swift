import ArgumentParser
import CAMNet
import Foundation
import Notebook

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Say whether networks are still what a lock file says.",
    usage: "camreport check <lock file> ... [<model> ...] [<options>]",
    discussion: """
      Size, photo, weights and class names are the locked ones unless others are given. The exit code is 0 when all agree, 1 when something differs or cannot be compared, 64 for \
      wrong usage and for a lock file that cannot be read.
      """)

  @Argument(
    help: ArgumentHelp(
      "What 'camreport lock' wrote, one file or more. A name that is no file's is a model's, to check it alone.",
      valueName: "lock file"),
    completion: .file(extensions: ["json"]))
  var names: [String]

  @OptionGroup var sizeOption: SizeOption

  @Option(
    help: ArgumentHelp(
      "The photo of the fingerprints, where it lies elsewhere.", valueName: "image"),
    completion: PhotoFiles.completion)
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
    let locks: [LockOnDisk]
    let models: [String]
    do {
      (locks, models) = try read()
    } catch {
      _ = progress.failure(error)
      throw ExitCode(64)
    }
    if locks.count > 1, reports.contains(where: \.isOfOneLock) {
      throw ValidationError(
        "--report html=DIR is a page about one lock file; check one at a time for it.")
    }
    do {
      let words = try Words(.english, .builtIn)
      let checks = locks.map { lock in
        let check = LockCheck(
          lock.lock, text: lock.text, file: lock.file, names: models,
          options: .init(
            size: sizeOption.size, image: image, weights: weightsOption.weights,
            classes: classesOption.classes, tolerance: tolerance),
          words: words)
        StandardStreams.print((locks.count > 1 ? ["\(lock.file):"] : []) + check.lines())
        return check
      }
      for report in reports { try report.write(checks, words: words) }
      for (check, lock) in zip(checks, locks) { try write(check, lock.lock) }
      guard checks.allSatisfy(isDone) else { throw ExitCode.failure }
    } catch let code as ExitCode {
      throw code
    } catch {
      throw progress.failure(error)
    }
  }

  /// Whether nothing is left that differs.
  private func isDone(_ check: LockCheck) -> Bool {
    let remaining =
      update ? check.differences.filter { $0.kind == .impossible } : check.differences
    return updateNew ? remaining.allSatisfy { $0.kind == .added } : remaining.isEmpty
  }

  private func write(_ check: LockCheck, _ lock: Lock) throws {
    guard update || updateNew else { return }
    let new = update ? check.updated(lock) : check.addingNew(lock)
    guard new != lock else { return }
    try LockFile.write(new, to: check.file)
    StandardStreams.print(["updated \(check.file)"])
  }

  /// The locks that are named, and the models.
  private func read() throws -> (locks: [LockOnDisk], models: [String]) {
    let isLock = names.enumerated().map { $0 == 0 || FileBytes.isRegular($1) }
    let locks = try zip(names, isLock).filter(\.1).map { try LockOnDisk($0.0) }
    let known = Set(locks.flatMap(\.lock.models.keys)).sorted()
    let models = try zip(names, isLock).filter { !$0.1 }.map { name, _ in
      guard let model = known.first(where: { $0.isSame(as: name) }) else {
        throw UnknownName(name: name, models: known)
      }
      return model
    }
    return (locks, models)
  }
}

/// A lock file and what it says.
private struct LockOnDisk {
  let file: String
  let lock: Lock
  let text: LockText

  init(_ file: String) throws {
    let data = try LockFile.read(file)
    self.file = file
    lock = try Lock(data, file: file)
    text = LockText(data)
  }
}

/// An argument that is neither a lock file nor a model.
private struct UnknownName: Error, CustomStringConvertible {
  let name: String
  let models: [String]

  var description: String {
    "\(name): there is no such file, and no model of this name is locked; locked are \(models.joined(separator: ", "))"
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
    switch (parts.first?.lowercased(), parts.count) {
    case ("github", 1): self = .github
    case ("junit", 2): self = .junit(parts[1])
    case ("json", 2): self = .json(parts[1])
    case ("html", 2): self = .html(parts[1])
    default: return nil
    }
  }

  /// Whether it tells of one lock file alone.
  var isOfOneLock: Bool { if case .html = self { true } else { false } }

  func write(_ checks: [LockCheck], words: Words) throws {
    switch self {
    case .github:
      for annotations in checks.map({ $0.github() }) where !annotations.isEmpty {
        print(annotations)
      }
    case .junit(let path):
      try LockFile.write(checks.junit(), to: path)
    case .json(let path):
      try LockFile.write(checks.json(), to: path)
    case .html(let folder):
      for check in checks { try Self.writePage(check, words: words, into: folder) }
    }
  }

  private static func writePage(_ check: LockCheck, words: Words, into folder: String) throws {
    let layout = try Layout(.builtIn)
    let page = CheckPage(check, words: words, layout: layout).file()
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
