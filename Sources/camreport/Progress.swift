import ArgumentParser
import Foundation
import Logging
import Notebook

/// What a person is told while camreport works: a line that names the running layer on a terminal, a log with
/// `--verbose`, nothing when piped.
struct Progress {
  private let showsLine: Bool
  private let logger: Logger?

  init(isVerbose: Bool) {
    showsLine = !isVerbose && isatty(STDERR_FILENO) == 1
    logger =
      isVerbose ? Logger(label: "camreport") { StreamLogHandler.standardError(label: $0) } : nil
  }

  func show(_ event: WalkthroughEvent) {
    switch event {
    case .started(let step, let count):
      line("[\(step.number)/\(count)] \(step.name)")
    case .completed(let step, let count):
      logger?.info("\(step.number)/\(count) \(step.logLine)")
    }
  }

  func writing(_ folder: String) {
    line("writing \(folder)")
  }

  func clear() {
    line("")
  }

  /// Prints an error's sentence and gives the exit code to throw.
  func failure(_ error: any Error) -> ExitCode {
    clear()
    standardError("camreport: \(error)\n")
    return .failure
  }

  private func line(_ text: String) {
    guard showsLine else { return }
    standardError("\r\u{1B}[K\(text)")
  }

  private func standardError(_ text: String) {
    FileHandle.standardError.write(Data(text.utf8))
  }
}
