import Foundation

/// A line on the terminal that is written over again and again; nothing where standard error is no terminal.
struct TerminalLine: Sendable {
  let isShown: Bool

  init(isShown: Bool = true) {
    self.isShown = isShown && isatty(STDERR_FILENO) == 1
  }

  func show(_ text: String) {
    guard isShown else { return }
    StandardStreams.printError("\r\u{1B}[K\(text.printable.prefix(Self.width))")
  }

  func clear() { show("") }

  /// The letters that fit into a line, which would else be two.
  private static var width: Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 1 else { return 1000 }
    return Int(size.ws_col) - 1
  }
}

/// How far work is, in letters.
enum ProgressBar {
  /// `██████░░░░░░░░░░░░░░ 60/200`
  static func text(_ done: Int, of count: Int) -> String {
    let width = 20
    let part = count > 0 ? done * width / count : width
    return String(repeating: "█", count: part) + String(repeating: "░", count: width - part)
      + " \(done)/\(count)"
  }

  /// `, 1:05 left`; nothing where it is not known.
  static func timeLeft(_ seconds: Double?) -> String {
    guard let seconds, seconds.isFinite, seconds < 1e9 else { return "" }
    let whole = Int(seconds)
    let padded = whole % 60 < 10 ? "0\(whole % 60)" : "\(whole % 60)"
    return ", \(whole / 60):\(padded) left"
  }
}
