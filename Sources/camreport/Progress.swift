import ArgumentParser
import CAMNet
import Foundation
import Logging
import Notebook
import Synchronization

/// What a person is told while camreport works: a line that names the running layer on a terminal, and of many photos a
/// bar with the time left; a log with `--verbose`, nothing when piped.
final class Progress: Sendable {
  private let line: TerminalLine
  private let logger: Logger?
  private let photos: Int
  private let outputIsFile: Bool
  private let start = ContinuousClock.now
  private let state = Mutex(State())

  private struct State {
    /// Photos that are done.
    var done = 0
    /// The photo that was begun last.
    var name = ""
  }

  /// - Parameter outputIsFile: whether standard output is a report's file, so that what there is to tell goes to standard error.
  init(isVerbose: Bool, photos: Int = 1, outputIsFile: Bool = false) {
    line = TerminalLine(isShown: !isVerbose)
    logger =
      isVerbose
      ? Logger(label: "camreport") { StreamLogHandler.standardError(label: $0) } : nil
    self.photos = photos
    self.outputIsFile = outputIsFile
  }

  private func began(_ name: String) {
    state.withLock { state in
      state.name = name
      if photos > 1 { line.show(bar(state)) }
    }
  }

  func show(_ event: PhotoRun.Event) {
    switch event {
    case .began(let name): began(name)
    case .step(.started(let step, let count)):
      if photos == 1 { line.show("[\(step.number)/\(count)] \(step.name)") }
    case .step(.completed(let step, let count)):
      logger?.info("\(step.number)/\(count) \(step.logLine.printable)")
    case .writing:
      if photos == 1 { line.show("writing") }
    case .finished: state.withLock { $0.done += 1 }
    case .report(let lines):
      clear()
      if outputIsFile {
        StandardStreams.printError(lines.map { $0.printable + "\n" }.joined())
      } else {
        StandardStreams.print(lines)
      }
    case .failed(let error): _ = failure(error)
    }
  }

  func clear() {
    line.clear()
  }

  /// Prints an error's sentence and gives the exit code to throw.
  func failure(_ error: any Error) -> ExitCode {
    clear()
    let lines = ["camreport: \(error.lines[0])"] + error.lines.dropFirst()
    StandardStreams.printError(lines.map(\.printable).joined(separator: "\n") + "\n")
    return .failure
  }

  func warning(_ sentence: String) {
    StandardStreams.printError("camreport: warning: \(sentence.printable)\n")
  }

  /// `██████░░░░░░░░░░░░░░ 60/200, 1:05 left, photos/cat.jpg`
  private func bar(_ state: State) -> String {
    let left = photos - state.done
    let seconds =
      state.done > 0
      ? start.duration(to: .now) / .seconds(1) / Double(state.done) * Double(left)
      : nil
    return
      "\(ProgressBar.text(state.done, of: photos))\(ProgressBar.timeLeft(seconds)), \(state.name)"
  }
}
