import CAMNet
import Foundation
import Notebook

/// A model, a photo and words that are small and the same in each run, for targets whose files are about a model.
struct Scene {
  let folder: String
  let photo: Photo
  let words: Words
  let layout: Layout

  /// The largest input that a target runs the network at: a file may ask for more, which takes its time and is fine.
  static let largestSize = 48

  /// A network of one convolution and three classes.
  static let model: Model = {
    let layers = [
      Layer(
        "conv",
        Convolution(
          Window(height: 3, width: 3, stride: 2), outputChannels: 4, activation: .relu), "pixels"),
      Layer("gap", GlobalAveragePooling(), "conv"),
      Layer("logits", Dense(outputs: 3, hasBiases: true), "gap"),
    ]
    do {
      return Model(try Network(name: "tiny", input: "pixels", defaultSize: 8, layers: layers))
    } catch {
      preconditionFailure("\(error)")
    }
  }()

  static let weights = WeightsSource.synthetic(seed: "fuzz")
  static let options = InputOptions(size: 8, filter: .bilinear, fitting: .squeeze)

  /// - Parameter name: the folder's, in which the photo lies as `photo.png`.
  init(_ name: String) throws {
    folder = try FuzzTarget.scratch(name)
    let path = "\(folder)/photo.png"
    try Data(FuzzTarget.fixtures("image-rgb.", "png")[0]).write(to: URL(filePath: path))
    photo = try Photo(contentsOf: path)
    words = try Words(.english, .builtIn)
    layout = try Layout(.builtIn)
  }

  /// Puts a file into the folder and gives its path.
  func file(_ name: String, _ bytes: [UInt8]) throws -> String {
    let path = "\(folder)/\(name)"
    try Data(bytes).write(to: URL(filePath: path))
    return path
  }

  func loaded(classes: String? = nil) throws -> LoadedModel {
    try LoadedModel(Self.model, weights: Self.weights, classes: classes)
  }

  func record(_ report: Report) -> RunRecord {
    RunRecord(report, layout: layout, version: "0", command: [], environment: .current)
  }

  /// Makes a report in every format, as its files' bytes.
  func export(_ report: Report) throws {
    let record = record(report)
    let exporters: [any Exporter] = [
      HTMLExporter(record: record, layout: layout), MarkdownExporter(path: "report.md"),
      JupyterExporter(path: "report.ipynb", layout: layout, version: "0"),
      PDFExporter(path: "report.pdf", paper: .a4, record: record, date: nil),
    ]
    for exporter in exporters {
      for file in try exporter.files(for: report) { _ = try file.contents() }
    }
  }
}
