import ArgumentParser
import CAMNet
import Foundation
import Notebook

struct LayersCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "layers",
    abstract: "List a network's layers with shapes, arithmetic and costs; nothing is run.",
    usage: "camreport layers [<model>] [<options>]",
    discussion: """
      Where a layer does not work out, or does not fit the weights, the list ends before it and \
      the message names it.
      """)

  @Argument(
    help: ArgumentHelp(
      "The network, by its name or its ONNX file. Default: the one whose weights are given, else \(Model.all[0].name).",
      valueName: "model"))
  var model: ModelName?

  @OptionGroup var weightsOption: WeightsOption
  @OptionGroup var sizeOption: SizeOption

  @Option(
    help: "How to write the list.")
  var format: LayerTableFormat = .table

  func run() throws {
    do {
      let table = try LayerTable(
        modelName: model?.rawValue, weights: weightsOption.weights, size: sizeOption.size)
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
