import ArgumentParser
import CAMNet
import Foundation
import Notebook

struct WeightsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "weights",
    abstract: "Look into weights files and convert them.",
    discussion: """
      Reads .npy (an array, or a pickled dictionary), .npz, .safetensors, torch checkpoints, .onnx \
      with its data files, and .caffemodel. Nothing in a file is ever run.
      """,
    subcommands: [Inspect.self, Convert.self])

  struct Inspect: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List names, shapes, types and value ranges.")

    @Argument(help: "A weights file.", completion: .file()) var file: String
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
      try reportingErrors {
        let store = try WeightsStore(contentsOf: file)
        let rows = try store.entries.indices.map { try WeightsRow(store, at: $0) }
        try store.checkUnchanged()
        print(try json ? WeightsRow.json(rows, of: store) : WeightsRow.table(rows, of: store))
      }
    }
  }

  struct Convert: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write a weights file in another format: .npy, .npz or .safetensors.")

    @Argument(help: "The file to read.", completion: .file()) var input: String
    @Argument(help: "The file to write; its ending says the format.", completion: .file())
    var output: String

    func run() throws {
      try reportingErrors {
        try WeightsStore(contentsOf: input).write(to: output)
        StandardStreams.print([output])
      }
    }
  }
}

private func reportingErrors(_ body: () throws -> Void) throws {
  do {
    try body()
  } catch {
    throw Progress(isVerbose: false).failure(error)
  }
}

/// One entry of a weights file as `weights inspect` shows it.
struct WeightsRow: Codable {
  let name: String
  let shape: Shape
  let dtype: String
  /// The smallest value; nil where a value is NaN or infinite, or there is none.
  let min: Float?
  let max: Float?

  /// The row of the entry at a place among the store's.
  init(_ store: WeightsStore, at index: Int) throws {
    let entry = store.entries[index]
    let statistics = try store.tensor(at: index).statistics
    name = entry.name
    shape = entry.shape
    dtype = entry.scalarType.name
    min = statistics?.minimum
    max = statistics?.maximum
  }

  struct Listing: Codable {
    let file: String
    let format: String
    let tensors: [WeightsRow]
  }

  static func json(_ rows: [WeightsRow], of store: WeightsStore) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let listing = Listing(file: store.source, format: store.format.name, tensors: rows)
    return String(decoding: try encoder.encode(listing), as: UTF8.self)
  }

  static func table(_ rows: [WeightsRow], of store: WeightsStore) -> String {
    let cells = rows.map { row in
      [
        row.name, "\(row.shape)", row.dtype, row.min.map { "\($0)" } ?? "not finite",
        row.max.map { "\($0)" } ?? "not finite",
      ]
    }
    let values = rows.reduce(0) { $0 + $1.shape.elementCount }
    let table = TextTable(head: ["name", "shape", "type", "min", "max"], rows: cells)
    return
      (table.lines() + ["", "\(store.format.name), \(rows.count) tensors, \(values) values"])
      .joined(separator: "\n")
  }
}
