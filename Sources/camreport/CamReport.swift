import ArgumentParser
import CAMNet
import CLibc
import Foundation
import Glibc
import Notebook

@main
struct CamReport: ParsableCommand {
  static let version = "0.1.0"

  /// What there is besides a run.
  static let commands: [any ParsableCommand.Type] = [
    FinetuneCommand.self, LayersCommand.self, LockCommand.self, CheckCommand.self,
    WeightsCommand.self,
    VerifyCommand.self, TemplatesCommand.self, BenchCommand.self,
  ]

  static let configuration = CommandConfiguration(
    commandName: "camreport",
    abstract: "Shows where a convolutional network looked, layer by layer.",
    version: version,
    subcommands: [RunCommand.self] + commands,
    defaultSubcommand: RunCommand.self)

  static func main() {
    StandardStreams.open()
    camreport_explain_lost_bytes()
    atexit { StandardStreams.checkOutput() }
    if let misnomer = KernelSet.misnomer { exit(withError: ValidationError("\(misnomer).")) }
    let names = configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
    do {
      let arguments = try Arguments.read(commands: names)
      if arguments.count == 1, ["--help", "-h", "help"].contains(arguments[0]) {
        print(Overview.helpMessage())
      } else if arguments.first == "--experimental-dump-help" {
        Overview.main(arguments)
      } else if let shell = Completions.shell(asked: arguments) {
        print(Completions.script(for: shell, commands: names), terminator: "")
      } else {
        start(arguments)
      }
    } catch {
      exit(withError: error)
    }
  }

  private static func start(_ arguments: [String]) {
    var command: any ParsableCommand
    do {
      command = try parseAsRoot(arguments)
    } catch {
      // What is wrong with the arguments is said of them as they can be printed.
      let printable = arguments.map(\.printable)
      do { _ = try parseAsRoot(printable) } catch { exit(withError: error) }
      exit(withError: error)
    }
    do {
      try command.run()
    } catch {
      exit(withError: error)
    }
  }
}

/// The program as its help and its manual tell of it: a run's options and the other commands together. ArgumentParser cannot parse
/// it, because all commands' names would be photos.
private struct Overview: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: CamReport.configuration.commandName,
    abstract: CamReport.configuration.abstract,
    usage: RunCommand.configuration.usage,
    discussion: RunCommand.configuration.discussion,
    version: CamReport.version,
    subcommands: CamReport.commands)

  @OptionGroup var run: RunCommand
}

/// What is printed, and what becomes of it.
enum StandardStreams {
  /// Puts something in the place of streams that the caller closed, so that no file of ours is taken for one: what cannot be
  /// written to, so that printing fails as it would have.
  static func open() {
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) == -1 {
      _ = Glibc.open("/dev/null", O_RDONLY)
    }
  }

  /// Ends the program with an error where what was printed could not be written.
  static func checkOutput() {
    errno = 0
    guard fflush(camreport_stdout()) != 0 || ferror(camreport_stdout()) != 0 else { return }
    let reason = errno == 0 ? "" : ": \(String(cString: strerror(errno)))"
    printError("camreport: what was printed cannot be written\(reason)\n")
    _exit(1)
  }

  /// Prints lines that hold text from outside.
  static func print(_ lines: [String]) {
    Swift.print(lines.map(\.printable).joined(separator: "\n"))
  }

  /// Prints a line that whoever reads along sees at once.
  static func printLine(_ line: String) {
    Swift.print(line.printable)
    fflush(camreport_stdout())
  }

  /// Prints to standard error. Where that cannot be written there is nobody to tell.
  static func printError(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      bytes = bytes.dropFirst(count)
    }
  }
}
