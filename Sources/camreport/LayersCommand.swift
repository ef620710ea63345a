import ArgumentParser
import CAMNet
import Foundation
import Notebook

struct LayersCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "layers",
    abstract: "List a network's layers with shapes, arithmetic and costs; nothing is run.",
    discussion: """
      Where a layer does not work out, the list ends before it and the message names it.
      """)

  @Argument(
    help: ArgumentHelp("\(Model.all.map(\.name).joined(separator: " or ")).", valueName: "model"))
  var model: String?

  @Option(
    help: ArgumentHelp("Hold this weights file against the layers.", valueName: "file"))
  var weights: String?

  @Option(help: ArgumentHelp("The input, in pixels a side.", valueName: "pixels"))
  var size: Int?

  @Option(
    help:
      "How to write the list: \(LayerTableFormat.allCases.map(\.rawValue).joined(separator: ", "))."
  )
  var format: LayerTableFormat = .table

  func validate() throws {
    try RunCommand.validate(size: size, model: model)
  }

  func run() throws {
    do {
      let store = try weights.map { try WeightsStore(contentsOf: $0) }
      let network = try model.map { try Model.named($0) } ?? store.map { try Model.holding($0) }
      let chosen = network ?? Model.all[0]
      let table = LayerTable(
        chosen, size: size ?? chosen.network.defaultSize, weights: store)
      print(try table.text(format, width: Terminal.width))
      if let failure = table.failure { throw TableFailure(reason: failure) }
    } catch {
      throw Progress(isVerbose: false).failure(error)
    }
  }
}

private struct TableFailure: Error, CustomStringConvertible {
  let reason: String
  var description: String { reason }
}

extension LayerTableFormat: ExpressibleByArgument {}

enum Terminal {
  /// The terminal's width in columns; what COLUMNS says; nil where output goes to no terminal.
  static var width: Int? {
    if let columns = ProcessInfo.processInfo.environment["COLUMNS"].flatMap(Int.init) {
      return columns
    }
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }
}
