import ArgumentParser

@main
struct CamReport: ParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "camreport",
    abstract: "Shows where a convolutional network looked, layer by layer.",
    version: version,
    subcommands: [RunCommand.self, WeightsCommand.self],
    defaultSubcommand: RunCommand.self)
}
