import ArgumentParser
import Notebook

struct TemplatesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "templates",
    abstract:
      "Write copies of the words, style and layout of reports, to change and give to --templates.",
    discussion: "Files that are there already are kept as they are."
  )

  @Argument(
    help: ArgumentHelp("The folder for the copies.", valueName: "folder"), completion: .directory)
  var folder: String

  @Flag(help: "Overwrite files that are there already, with all that was changed in them.")
  var force = false

  func run() throws {
    do {
      let kept = force ? [] : TemplateFiles.copies(in: folder)
      let missing = TemplateFiles.copies.filter { !kept.contains($0.name) }
      try ReportWriter(folder: folder).write(missing)
      var lines: [String] = []
      if !missing.isEmpty { lines.append("\(folder): wrote \(Self.list(missing.map(\.name)))") }
      if !kept.isEmpty { lines.append("\(folder): kept \(Self.list(kept)); --force overwrites") }
      StandardStreams.print(lines)
    } catch {
      throw Progress(isVerbose: false).failure(error)
    }
  }

  private static func list(_ names: [String]) -> String { names.joined(separator: ", ") }
}
