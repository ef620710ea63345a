import ArgumentParser
import CLibc

/// A wish that the program end, by Ctrl-C or the system's SIGTERM, which work that takes long looks for between its parts.
struct Interruption: Error {
  /// The signal's number.
  let signal: Int32

  /// Has wishes noted from now on, in the place of ending the program at once; a second one still does.
  static func expect() { camreport_note_signals() }

  /// Throws where the program was asked to end.
  static func check() throws(Interruption) {
    let signal = camreport_signal()
    if signal != 0 { throw Interruption(signal: signal) }
  }

  /// What shells call the end of a program by the signal.
  var exitCode: ExitCode { ExitCode(128 + signal) }
}
