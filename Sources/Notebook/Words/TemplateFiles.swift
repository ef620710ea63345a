import CAMNet
import Foundation
import Templates
import Training

/// The words and layouts of reports by file name: a person's own from a folder, camreport's for what the folder lacks.
public struct TemplateFiles: Sendable {
  private let folder: String?

  /// camreport's own files alone.
  public static let builtIn = TemplateFiles()

  private init() {
    folder = nil
  }

  /// - Throws: where the folder does not exist, holds none of the files, or a file of another name.
  public init(folder: String) throws {
    self.folder = folder
    let names = try Self.names(in: folder)
    for name in names.sorted() where Templates.files[name] == nil {
      throw TemplateError(
        file: "\(folder)/\(name)", line: nil,
        reason: "there is no template of this name"
          + NearestNames.suggestion(for: name, among: Templates.files.keys))
    }
    guard !names.isEmpty else {
      throw TemplateError(
        file: folder, line: nil,
        reason: "there is no template in it; 'camreport templates \(folder)' puts copies there")
    }
  }

  /// The names of a folder's files, but for those that a person does not think of as templates: hidden ones, editors' backups
  /// and notes about the folder. Folders inside it are passed over.
  private static func names(in folder: String) throws -> [String] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder) else {
      throw TemplateError(
        file: folder, line: nil,
        reason: "there is no such folder; 'camreport templates \(folder)' makes it")
    }
    guard isFolder.boolValue else {
      throw TemplateError(file: folder, line: nil, reason: "is a file; name the folder it is in")
    }
    guard access(folder, R_OK | X_OK) == 0 else {
      throw FileError(path: folder, action: .read, code: errno)
    }
    return try FileManager.default.contentsOfDirectory(atPath: folder).filter { name in
      let isNote = ["README", "README.MD", "README.TXT"].contains(name.uppercased())
      guard !isNote, !name.hasPrefix("."), !name.hasSuffix("~") else { return false }
      _ = FileManager.default.fileExists(atPath: "\(folder)/\(name)", isDirectory: &isFolder)
      return !isFolder.boolValue
    }
  }

  /// camreport's own files, to make copies of.
  public static var copies: [ReportFile] {
    Templates.files.sorted { $0.key < $1.key }.map { name, bytes in
      ReportFile(name: name) { bytes }
    }
  }

  /// The names of the files that a folder has already, in order.
  public static func copies(in folder: String) -> [String] {
    copies.map(\.name).filter { FileManager.default.fileExists(atPath: "\(folder)/\($0)") }
  }

  /// A template's text, and where it comes from.
  func source(_ name: String) throws -> TemplateSource {
    let own = Self.ownText(name)
    guard let folder else { return TemplateSource(file: name, text: own, own: own) }
    let path = "\(folder)/\(name)"
    guard FileManager.default.fileExists(atPath: path) else {
      return TemplateSource(file: name, text: own, own: own)
    }
    let bytes = try FileBytes(contentsOf: path, as: .template).withUnsafeBytes { Array($0) }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw TemplateError(file: path, line: nil, reason: "is not UTF-8 text")
    }
    // As editors of other systems save it: with lines that end otherwise, and a mark at the beginning.
    let lines = text.replacing("\r\n", with: "\n").trimmingPrefix("\u{FEFF}")
    return TemplateSource(file: path, text: String(lines), own: own)
  }

  /// The text of camreport's own template.
  static func ownText(_ name: String) -> String {
    String(decoding: Templates.files[name] ?? [], as: UTF8.self)
  }
}

/// A template's text with its file's name, for errors that say where.
struct TemplateSource {
  let file: String
  let text: String
  /// camreport's own text of the same name, whose fields are those there are.
  let own: String

  /// The template; its fields are those that camreport's own template knows.
  func template() throws -> Template {
    let template = try template(text, firstLine: 1, .html)
    if !isOwn { try checkFields() }
    return template
  }

  /// Whether the text is camreport's own, which needs no checks.
  private var isOwn: Bool { text == own }

  /// A part of the file that begins at `firstLine`.
  func template(
    _ part: String, firstLine: Int, _ language: TextLanguage
  ) throws -> Template {
    do {
      return try Template(part, language)
    } catch {
      throw TemplateError(file: file, line: firstLine + error.line - 1, reason: error.reason)
    }
  }

  /// Throws where the file names a field that camreport's own does not.
  private func checkFields() throws {
    let known = Self.fields(own)
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      guard let unknown = Self.fields(String(line)).subtracting(known).min() else { continue }
      throw TemplateError(
        file: file, line: index + 1,
        reason: "there is no field '\(unknown)'"
          + NearestNames.suggestion(for: unknown, among: known))
    }
  }

  /// The names of a template's fields.
  static func fields(_ text: String) -> Set<String> {
    var names: Set<String> = []
    var rest = text.utf8[...]
    while let brace = rest.firstIndex(of: UInt8(ascii: "{")) {
      rest = rest[brace...].dropFirst()
      guard rest.first == UInt8(ascii: "{") else { continue }
      let inner = rest.drop { "{ \t\n".utf8.contains($0) }
        .drop { "#^/& \t\n".utf8.contains($0) }
      let name = inner.prefix { $0.isInFieldName }
      if let first = name.first, !first.isDigit { names.insert(String(Substring(name))) }
      rest = inner
    }
    return names
  }
}

/// A template that cannot be used, with its file and line.
public struct TemplateError: Error, CustomStringConvertible {
  let file: String
  let line: Int?
  let reason: String

  public var description: String {
    "\(file)\(line.map { ":\($0)" } ?? ""): \(reason)"
  }
}

/// The layouts of pages, in no language.
public struct Layout: Sendable {
  let page: Template
  let checkPage: Template
  let indexPage: Template
  let trainingPage: Template
  let style: String
  let script: String
  let indexScript: String
  /// What the cells of a Jupyter notebook call.
  let notebookCode: String
  /// Of all of it, as its files have it.
  let sha256: Later<String>

  public init(_ files: TemplateFiles) throws {
    page = try files.source("page.html.mustache").template()
    checkPage = try files.source("check.html.mustache").template()
    indexPage = try files.source("index.html.mustache").template()
    trainingPage = try files.source("training.html.mustache").template()
    style = try files.source("page.css").text
    script = try files.source("page.js").text
    indexScript = try files.source("index.js").text
    notebookCode = try files.source("notebook.py").text
    let names = TemplateFiles.copies.map(\.name).filter { !$0.hasSuffix(".md") }
    let texts = try names.map { try files.source($0).text }
    sha256 = Later { Hashing.sha256(texts) }
  }
}
