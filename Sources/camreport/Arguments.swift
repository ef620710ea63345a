import ArgumentParser
import CAMNet
import Glibc
import Notebook

/// The command line, before anybody takes a word of it for what it is not.
enum Arguments {
  /// The arguments behind the program's name.
  /// - Throws: where one is not text, or would be taken for options or for a photo and is neither.
  static func read(commands: [String]) throws -> [String] {
    let arguments = try (1..<max(1, Int(CommandLine.argc))).compactMap { index in
      try CommandLine.unsafeArgv[index].map { try text($0) }
    }
    for argument in arguments.prefix(while: { $0 != "--" }) { try checkDash(argument) }
    if let first = arguments.first { try checkCommand(first, commands) }
    return withFractions(arguments)
  }

  /// The arguments with as much cut out as fits where `--crop` stands without a fraction.
  private static func withFractions(_ arguments: [String]) -> [String] {
    let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
    return arguments.indices.map { index in
      let next = index + 1 < end ? Fitting(argument: arguments[index + 1]) : nil
      return index < end && arguments[index] == "--crop" && next == nil
        ? "--crop=1" : arguments[index]
    }
  }

  /// Swift would put U+FFFD where an argument is not UTF-8, which is then another file's name.
  private static func text(_ argument: UnsafePointer<CChar>) throws -> String {
    if let text = String(validatingCString: argument) { return text }
    let name = "$'\(escaped(argument))'"
    throw ValidationError(
      "\(name) is not UTF-8, as names have to be; rename the file: mv -- \(name) NEW-NAME")
  }

  /// What Bash takes for the bytes of a name between `$'` and `'`.
  private static func escaped(_ argument: UnsafePointer<CChar>) -> String {
    UnsafeBufferPointer(start: argument, count: strlen(argument)).map { byte in
      let byte = UInt8(bitPattern: byte)
      let isPlain = (0x20..<0x7F).contains(byte) && byte != 0x27 && byte != 0x5C
      guard !isPlain else { return String(UnicodeScalar(byte)) }
      return (byte < 16 ? "\\x0" : "\\x") + String(byte, radix: 16)
    }
    .joined()
  }

  /// Of a file named `-dash.jpg` each letter would be an option, and `h` asks for help.
  private static func checkDash(_ argument: String) throws {
    let letters = argument.dropFirst()
    guard argument.hasPrefix("-"), letters.count > 1, !letters.hasPrefix("-"),
      letters.dropFirst().first != "=", Double(argument) == nil
    else { return }
    throw ValidationError(
      "'\(argument.printable)' is no option; of a file with this name write "
        + "'./\(argument.printable)', or put -- before it.")
  }

  /// What is nearly a command's name, and no file's, would be a photo that is not there.
  private static func checkCommand(_ word: String, _ commands: [String]) throws {
    guard !word.hasPrefix("-"), !commands.contains(word),
      let near = commands.first(where: {
        let edits = NearestNames.edits(from: word.lowercased(), to: $0)
        return edits <= 2 && edits < min(word.count, $0.count) - 1
      }), access(word, F_OK) != 0
    else { return }
    throw ValidationError(
      "there is no file '\(word.printable)'; did you mean the command '\(near)'?")
  }
}
