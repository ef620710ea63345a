import ArgumentParser
import Notebook

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Run a report's record again, and say step by step what agrees.",
    usage: "camreport verify <record> [<options>]",
    discussion: """
      A training's training.json is trained again, from the photos and weights that it names.

      Of a report's run.json the photo and the weights are known by their sha256: where the record has them, beside the \
      record or its folder, in the working folder, or anywhere inside a folder given with --in. \
      Shapes and arithmetic must agree exactly, numbers within the tolerance. The exit code is 0 \
      when all agrees, 1 when something differs or cannot be found, 64 for wrong usage and for a \
      file that is no run record.
      """)

  @Argument(
    help: ArgumentHelp("A report's run.json, or a training's training.json.", valueName: "record"),
    completion: .file(extensions: ["json"]))
  var file: String

  @Option(
    name: .customLong("in"),
    help: ArgumentHelp(
      "Look through this folder too. May be given several times.", valueName: "folder"),
    completion: .directory)
  var folders: [String] = []

  @Option(
    help: "The difference that is let pass, relative to the largest value of a step's output.")
  var tolerance = 1e-3

  func validate() throws {
    guard tolerance >= 0 else { throw ValidationError("--tolerance takes a number of 0 or more.") }
  }

  func run() throws {
    let progress = Progress(isVerbose: false)
    do {
      if let training = try RecordedTraining(contentsOf: file) {
        try verify(training)
        return
      }
      let recorded = try RecordedRun(contentsOf: file, folders: folders)
      let now = try recorded.run(version: CamReport.version, environment: .current)
      let verification = RunVerification(recorded.record, now, tolerance: tolerance)
      StandardStreams.print(verification.lines(recorded.record, version: CamReport.version))
      if !verification.agrees { throw ExitCode.failure }
    } catch let code as ExitCode {
      throw code
    } catch let error as RecordError {
      let code = progress.failure(error)
      if case .notARecord = error { throw ExitCode(64) }
      throw code
    } catch {
      throw progress.failure(error)
    }
  }

  private func verify(_ recorded: RecordedTraining) throws {
    let shown = try FinetuneProgress(log: nil)
    let now = try recorded.again(version: CamReport.version) { try shown.show($0) }
    shown.clear()
    let comparison = TrainingComparison(recorded.record, now, tolerance: tolerance)
    StandardStreams.print(comparison.lines(recorded.record, version: CamReport.version))
    if !comparison.agrees { throw ExitCode.failure }
  }
}
