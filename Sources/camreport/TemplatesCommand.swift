import ArgumentParser
import Notebook

struct TemplatesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "templates",
    abstract:
      "Write copies of the words, style and layout of reports, to change and give to --templates."
  )

  @Argument(
    help: ArgumentHelp("The folder for the copies.", valueName: "folder"), completion: .directory)
  var folder: String

  func run() throws {
    do {
      try ReportWriter(folder: folder).write(TemplateFiles.copies)
      StandardStreams.print([folder])
    } catch {
      throw Progress(isVerbose: false).failure(error)
    }
  }
}
