import Foundation

/// A Jupyter notebook as its file has it: nbformat 4.5.
struct JupyterDocument: Encodable {
  var cells: [Cell] = []
  var metadata: Metadata
  let nbformat = 4
  let nbformatMinor = 5

  enum CodingKeys: String, CodingKey {
    case cells, metadata, nbformat
    case nbformatMinor = "nbformat_minor"
  }

  struct Metadata: Encodable {
    let camreport: [String: String]
    let kernelspec = [
      "display_name": "Python 3", "language": "python", "name": "python3",
    ]
    let languageInfo = ["name": "python", "file_extension": ".py", "mimetype": "text/x-python"]

    enum CodingKeys: String, CodingKey {
      case camreport, kernelspec
      case languageInfo = "language_info"
    }
  }

  /// Markdown, or code with what it printed.
  struct Cell: Encodable {
    let id: String
    let source: String
    let metadata: CellMetadata
    /// What a code cell has beside its source; nil for Markdown.
    let code: Code?
    /// Pictures that the Markdown shows as `attachment:NAME`.
    var attachments: [String: StepFigure.Picture] = [:]

    struct Code {
      let executionCount: Int?
      let outputs: [Output]
    }

    enum CodingKeys: String, CodingKey {
      case id, source, metadata, outputs, attachments
      case type = "cell_type"
      case executionCount = "execution_count"
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(id, forKey: .id)
      try container.encode(code == nil ? "markdown" : "code", forKey: .type)
      try container.encode(Self.lines(source), forKey: .source)
      try container.encode(metadata, forKey: .metadata)
      if !attachments.isEmpty {
        try container.encode(
          attachments.mapValues { [$0.mediaType: Data($0.bytes).base64EncodedString()] },
          forKey: .attachments)
      }
      guard let code else { return }
      // A cell that has not run has a null here.
      try container.encode(code.executionCount, forKey: .executionCount)
      try container.encode(code.outputs, forKey: .outputs)
    }

    /// Text as a list of lines with their ends, as notebooks keep it for the sake of differences.
    static func lines(_ text: String) -> [String] {
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      return lines.dropLast().map { $0 + "\n" } + lines.suffix(1).filter { !$0.isEmpty }
    }
  }

  struct CellMetadata: Encodable {
    var tags: [String]?
    /// The step the cell belongs to.
    var camreport: [String: String]?
    var jupyter: [String: Bool]?
  }

  enum Output: Encodable {
    case printed(String)
    case picture(png: [UInt8], width: Int, height: Int, alternativeText: String)

    enum CodingKeys: String, CodingKey {
      case name, text, data, metadata
      case type = "output_type"
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      switch self {
      case .printed(let text):
        try container.encode("stream", forKey: .type)
        try container.encode("stdout", forKey: .name)
        try container.encode(Cell.lines(text), forKey: .text)
      case .picture(let png, let width, let height, let alternativeText):
        try container.encode("display_data", forKey: .type)
        try container.encode(
          ["image/png": Data(png).base64EncodedString(), "text/plain": alternativeText],
          forKey: .data)
        try container.encode(
          ["image/png": PictureMetadata(width: width, height: height, alt: alternativeText)],
          forKey: .metadata)
      }
    }
  }

  struct PictureMetadata: Encodable {
    let width: Int
    let height: Int
    let alt: String
  }

  func bytes() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try Array(encoder.encode(self)) + [UInt8(ascii: "\n")]
  }
}
