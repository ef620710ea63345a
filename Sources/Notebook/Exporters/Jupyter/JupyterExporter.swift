import CAMNet
import Foundation
import Plot
import Training

/// The report as a Jupyter notebook that runs again in Python and NumPy, with the photo, the weights and the class names
/// in a folder beside it.
public struct JupyterExporter: Exporter {
  private let path: String
  private let layout: Layout
  private let version: String
  private let keepsMetadata: Bool

  /// - Parameters:
  ///   - path: where the notebook will lie; a weights file is named relative to it.
  ///   - keepsMetadata: whether the photo beside the notebook still says where, when and with what it was made.
  public init(path: String, layout: Layout, version: String, keepsMetadata: Bool = false) {
    self.path = path
    self.layout = layout
    self.version = version
    self.keepsMetadata = keepsMetadata
  }

  public func files(for report: Report) throws -> [ReportFile] {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let stem = name.hasSuffix(".ipynb") ? String(name.dropLast(6)) : name
    let folder = "\(stem)-files"
    let copy = try report.photo.copy(keepsMetadata: keepsMetadata)
    let photo = "\(folder)/\(copy.name)"
    let classes = "\(folder)/class-names.json"
    let names = report.model.classNames
    var files = [
      ReportFile(name: photo) { copy.bytes },
      ReportFile(name: classes) { Array(try JSONEncoder().encode(names)) + [UInt8(ascii: "\n")] },
    ]
    var weights = "\(folder)/weights.npz"
    if report.model.isReadableByNumPy, let file = report.model.weightsFile {
      weights = RelativePath.of(file, from: LockFile.folder(path))
    } else {
      files.append(ReportFile(name: weights) { try report.model.npzData() })
    }
    let document = try document(
      report, photo: photo, photoSHA256: Hashing.sha256(copy.bytes), weights: weights,
      classes: classes)
    files.append(ReportFile(name: name) { try document.bytes() })
    return files
  }

  private func document(
    _ report: Report, photo: String, photoSHA256: String, weights: String, classes: String
  ) throws -> JupyterDocument {
    var cells = CellList()
    let summary = Summary(report)
    var opening = "# \(summary.sentence)"
    if let note = summary.note { opening += "\n\n**\(note)**" }
    if let failure = report.failure { opening += "\n\n**\(Markdown.escaped(failure))**" }
    let overlays = report.overlayFigure
    if let overlays {
      opening += "\n\n![\(Markdown.escaped(overlays.alternativeText))](attachment:overlays.jpg)"
    }
    cells.add(
      "summary", opening,
      attachments: try overlays.map { ["overlays.jpg": try $0.picture()] } ?? [:])
    let words = report.words
    cells.add("parameters-words", words.prose(["jupyter.parameters"]))
    cells.add(
      "parameters",
      """
      image_path = \(PythonLiteral.string(photo))
      weights_path = \(PythonLiteral.string(weights))
      classes_path = \(PythonLiteral.string(classes))
      """, outputs: [], tags: ["parameters"])
    cells.add("functions-words", words.prose(["jupyter.functions"]))
    cells.add(
      "functions", layout.notebookCode.trimmingCharacters(in: .newlines), outputs: [],
      isFolded: true)
    for (section, steps) in report.sections {
      cells.add("part-\(section.key)", "## \(words.label("section.\(section.key)"))")
      for step in steps { try add(step, report, to: &cells) }
    }
    let metadata = JupyterDocument.Metadata(
      camreport: [
        "version": version, "model": report.model.model.name, "language": words.language.rawValue,
        "image_sha256": photoSHA256, "weights_sha256": report.model.weightsSHA256,
      ])
    return JupyterDocument(cells: cells.cells, metadata: metadata)
  }

  private func add(
    _ step: Step, _ report: Report, to cells: inout CellList
  ) throws {
    var text = "### \(step.number). \(step.title)\n\n\(step.prose)"
    if case .failed(let sentence) = step.status {
      text += "\n\n**\(report.words.label("page.failed"))**: \(Markdown.escaped(sentence))"
    }
    cells.add("\(step.name)-words", text, step: step.name)
    let cell = try PythonCell(step, report)
    let isComplete = step.status == .completed
    cells.add(
      step.name, cell.code, outputs: isComplete ? cell.outputs : [], step: step.name,
      hasRun: isComplete)
    if let result = step.result.text { cells.add("\(step.name)-result", result, step: step.name) }
  }
}

/// Cells in order, each with an id made from its step, unique in the notebook.
private struct CellList {
  private(set) var cells: [JupyterDocument.Cell] = []
  private var used: Set<String> = []
  private var executed = 0

  mutating func add(
    _ name: String, _ markdown: String, step: String? = nil,
    attachments: [String: StepFigure.Picture] = [:]
  ) {
    cells.append(
      .init(
        id: id(name), source: Self.withoutMathematics(markdown),
        metadata: .init(camreport: step.map { ["step": $0] }), code: nil, attachments: attachments))
  }

  /// The Markdown with what was escaped in it of MathJax's signs in elements of their own: MathJax reads the text that a
  /// notebook shows, and not across elements.
  private static func withoutMathematics(_ markdown: String) -> String {
    markdown.replacing(/&#(36|92);/) { "<span>\($0.0)</span>" }
  }

  mutating func add(
    _ name: String, _ code: String, outputs: [JupyterDocument.Output], step: String? = nil,
    tags: [String]? = nil, hasRun: Bool = true, isFolded: Bool = false
  ) {
    if hasRun { executed += 1 }
    cells.append(
      .init(
        id: id(name), source: code,
        metadata: .init(
          tags: tags, camreport: step.map { ["step": $0] },
          jupyter: isFolded ? ["source_hidden": true] : nil),
        code: .init(executionCount: hasRun ? executed : nil, outputs: outputs)))
  }

  /// 1 to 64 letters, digits, `-` and `_`.
  private mutating func id(_ name: String) -> String {
    let safe = String(
      name.map { $0.isASCII && ($0.isLetter || $0.isNumber || "-_".contains($0)) ? $0 : "-" }
        .prefix(56))
    var id = safe
    var number = 2
    while !used.insert(id).inserted {
      id = "\(safe)-\(number)"
      number += 1
    }
    return id
  }
}

extension LoadedModel {
  /// Whether the notebook can read the weights where they lie.
  var isReadableByNumPy: Bool {
    guard weightsFile != nil else { return false }
    switch store.format {
    case .npy, .npz: return true
    case .safetensors:
      return store.entries.allSatisfy { [.float16, .float32, .float64].contains($0.scalarType) }
    case .torch, .onnx, .caffe, .memory: return false
    }
  }

  /// What the network reads, float32, under the names that its weights files have.
  func npzData() throws -> [UInt8] {
    try WeightsStore(
      source: store.source,
      tensors: model.network.parameters.map {
        (model.layout.names($0.name), executor.parameters[$0.name].stored)
      }
    ).npzData()
  }
}
