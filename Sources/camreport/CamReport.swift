import ArgumentParser
import CAMNet

@main
struct CamReport: ParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "camreport",
    abstract: "Shows where a convolutional network looked, layer by layer.",
    version: version,
    subcommands: [
      RunCommand.self, LayersCommand.self, LockCommand.self, CheckCommand.self, WeightsCommand.self,
      VerifyCommand.self, TemplatesCommand.self, BenchCommand.self,
    ],
    defaultSubcommand: RunCommand.self)

  static func main() {
    if let misnomer = KernelSet.misnomer { exit(withError: ValidationError("\(misnomer).")) }
    let arguments = Array(CommandLine.arguments.dropFirst())
    // A run is the default, so its options are what a person wants who asks for help.
    if ["--help", "-h", "help"].contains(where: { arguments == [$0] }) {
      print(helpMessage(for: RunCommand.self))
    } else {
      main(arguments)
    }
  }
}
