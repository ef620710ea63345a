import CAMNet
import Foundation
import Plot
import Training

/// A language that reports are written in.
public enum Language: String, Sendable, CaseIterable {
  case english = "en"
  case korean = "ko"

  var fileName: String { "walkthrough.\(rawValue).md" }
}

/// The prose of the walk-through in one language: Markdown with Mustache fields, by key.
public struct Words: Sendable {
  public let language: Language
  /// The hash of all words, as their files have them.
  let sha256: Later<String>
  /// A person's own entries, which come before camreport's, however particular those are.
  private let own: [String: Entry]
  /// camreport's entries.
  private let entries: [String: Entry]

  fileprivate struct Entry: Sendable {
    let title: Template
    let prose: Template
    let result: Template?
    /// What the entry was read from, and the file that this is in.
    let part: Part
    let file: String
  }

  /// camreport's own words, and in their place those of a folder's file where it has an entry of the same key.
  /// - Parameter models: the models that entries may be for, as `vgg16-cam.conv5_3` is for one layer of one.
  public init(_ language: Language, _ files: TemplateFiles, models: [Model] = Model.all) throws {
    self.language = language
    let builtIn = TemplateFiles.ownText(language.fileName)
    let source = try files.source(language.fileName)
    var (own, entries): ([String: Entry], [String: Entry]) = ([:], [:])
    let builtInSource = TemplateSource(file: language.fileName, text: builtIn, own: builtIn)
    for part in Self.parts(builtIn) { entries[part.key] = try part.entry(builtInSource) }
    let text = builtIn == source.text ? builtIn : builtIn + source.text
    sha256 = Later { Hashing.sha256([text]) }
    if source.text != builtIn {
      let known = KnownWords(models)
      try Self.checkStart(source)
      for part in Self.parts(source.text) {
        let entry = try part.entry(source)
        try known.check(part, source)
        if let other = own.updateValue(entry, forKey: part.key) {
          throw TemplateError(
            file: source.file, line: part.line,
            reason: "entry '\(part.key)' is there twice, first in line \(other.part.line)")
        }
      }
    }
    self.own = own
    self.entries = entries
  }

  /// Sees that no text stands before the first entry, where it would be passed over.
  private static func checkStart(_ source: TemplateSource) throws(TemplateError) {
    let lines = source.text.split(separator: "\n", omittingEmptySubsequences: false)
    guard let first = lines.firstIndex(where: { !$0.allSatisfy(\.isWhitespace) }),
      !lines[first].hasPrefix("# ")
    else { return }
    throw TemplateError(
      file: source.file, line: first + 1,
      reason: "the text belongs to no entry; a line such as '# photo' begins one")
  }

  /// A file is a list of entries: a line `# key`, the title, the prose, and after a line `---` the sentence about the
  /// result.
  struct Part: Sendable {
    let key: String
    /// The number of the line with the key, from 1.
    let line: Int
    var lines: [Substring] = []

    fileprivate func entry(_ source: TemplateSource) throws -> Entry {
      guard let title = lines.firstIndex(where: { !$0.isEmpty }) else {
        throw TemplateError(file: source.file, line: line, reason: "entry '\(key)' has no words")
      }
      func parsed(_ range: Range<Int>) throws -> Template {
        let lines = lines[range].drop { $0.isEmpty }
        let text = lines.joined(separator: "\n").trimmingCharacters(in: .newlines)
        return try source.template(text, firstLine: line + 1 + lines.startIndex, .markdown)
      }
      let rule = rule
      return Entry(
        title: try source.template(
          String(lines[title]), firstLine: line + 1 + title, .markdown),
        prose: try parsed(title + 1..<rule),
        result: hasResult ? try parsed(rule + 1..<lines.endIndex) : nil,
        part: self, file: source.file)
    }

    /// The line `---` before the sentence about the result; the end where there is none. A title may be such a line.
    var rule: Int {
      let rest = lines.drop { $0.isEmpty }.dropFirst()
      return rest.firstIndex(of: "---") ?? lines.endIndex
    }

    /// Whether there is a sentence about the result.
    var hasResult: Bool { rule < lines.endIndex }

    /// Whether the entry is a short text alone, without prose.
    var isLabel: Bool { lines.count { !$0.isEmpty } == 1 }

    /// The fields that the entry's title and prose name, and those of the sentence about the result.
    var fields: (plan: Set<String>, result: Set<String>) {
      func fields(_ lines: ArraySlice<Substring>) -> Set<String> {
        TemplateSource.fields(lines.joined(separator: "\n"))
      }
      return (fields(lines[..<rule]), fields(lines[rule...]))
    }

    /// Sees that lines name no field but those that are known.
    /// - Parameter suggestion: the end of the error's sentence about a name.
    func check(
      _ range: Range<Int>, known: Set<String>, file: String,
      suggestion: ((String) -> String)? = nil
    ) throws(TemplateError) {
      for index in range {
        let fields = TemplateSource.fields(String(lines[index]))
        guard let unknown = fields.subtracting(known).min() else { continue }
        throw TemplateError(
          file: file, line: line + 1 + index,
          reason: "there is no field '\(unknown)' in entry '\(key)'"
            + (suggestion?(unknown) ?? NearestNames.suggestion(for: unknown, among: known)))
      }
    }
  }

  static func parts(_ text: String) -> [Part] {
    var parts: [Part] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      if line.hasPrefix("# ") {
        let key = line.dropFirst(2).trimmingCharacters(in: .whitespaces)
        parts.append(Part(key: key, line: index + 1))
      } else if !parts.isEmpty {
        parts[parts.count - 1].lines.append(line)
      }
    }
    return parts
  }

  /// A sentence where no installed font has the language's letters, which figures and PDF then show as boxes.
  /// - Throws: ``PlotError`` where no font is installed at all.
  public var fontWarning: String? {
    get throws {
      guard try !FontCoverage.covers(label("page.contents")) else { return nil }
      return
        "no installed font has the letters of '\(language.rawValue)'; figures and PDF show boxes "
        + "in their place. Install one, such as Debian's fonts-nanum for Korean"
    }
  }

  /// The keys of all entries.
  package var keys: Set<String> { Set(entries.keys).union(own.keys) }

  /// Whether there is an entry for `key`.
  public func has(_ key: String) -> Bool { first([key]) != nil }

  /// Sees that a person's own words of a step name no field that the step does not have.
  func check(_ keys: [String], _ fields: Fields) throws(TemplateError) {
    guard let entry = keys.lazy.compactMap({ own[$0] }).first else { return }
    try entry.part.check(0..<entry.part.rule, known: fields.names, file: entry.file)
  }

  /// The title of the first of `keys` that has an entry: Markdown.
  func title(_ keys: [String], _ fields: Fields = [:]) -> String {
    first(keys)?.title.render(fields) ?? keys.last ?? ""
  }

  func prose(_ keys: [String], _ fields: Fields = [:]) -> String {
    first(keys)?.prose.render(fields) ?? ""
  }

  func result(_ keys: [String], _ fields: Fields) -> String? {
    first(keys)?.result?.render(fields)
  }

  /// A sentence by itself, such as the headline: the title of an entry, Markdown.
  func sentence(_ key: String, _ fields: Fields = [:]) -> String { title([key], fields) }

  /// A short text, such as a table's head: the title of an entry, plain text.
  func label(_ key: String, _ fields: Fields = [:]) -> String {
    first([key])?.title.plain(fields) ?? key
  }

  /// All short texts whose keys begin with `prefix`, by the rest of their keys.
  func labels(prefix: String) -> [String: String] {
    var labels: [String: String] = [:]
    for (key, entry) in entries.merging(own, uniquingKeysWith: { $1 }) where key.hasPrefix(prefix) {
      labels[String(key.dropFirst(prefix.count))] = entry.title.plain([:])
    }
    return labels
  }

  private func first(_ keys: [String]) -> Entry? {
    keys.lazy.compactMap { own[$0] }.first ?? keys.lazy.compactMap { entries[$0] }.first
  }
}
