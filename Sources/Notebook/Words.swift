import Foundation
import Plot

/// A language that reports are written in.
public enum Language: String, Sendable, CaseIterable {
  case english = "en"
  case korean = "ko"

  var fileName: String { "walkthrough.\(rawValue).md" }
}

/// The prose of the walk-through in one language: Markdown with Mustache fields, by key.
public struct Words: Sendable {
  public let language: Language
  /// Of all of it, as its files have it.
  let sha256: Later<String>
  private let entries: [String: Entry]

  struct Entry: Sendable {
    let title: Template
    let prose: Template
    let result: Template?
  }

  /// camreport's own words, and in their place those of a folder's file where it has an entry of the same key.
  public init(_ language: Language, _ files: TemplateFiles) throws {
    self.language = language
    let own = TemplateFiles.ownText(language.fileName)
    let source = try files.source(language.fileName)
    var entries: [String: Entry] = [:]
    let ownSource = TemplateSource(file: language.fileName, text: own, own: own)
    for part in Self.parts(own) { entries[part.key] = try part.entry(ownSource) }
    let text = own == source.text ? own : own + source.text
    sha256 = Later { Hashing.sha256([text]) }
    if source.text != own {
      let english = TemplateFiles.ownText(Language.english.fileName)
      let keys = Set(Self.parts(english).map(\.key))
      let fields = TemplateSource.fields(english)
      for part in Self.parts(source.text) {
        // Words for one layer of one model are named after both: `vgg16-cam.conv5_3`.
        guard keys.contains(part.key) || part.key.contains("-") else {
          throw TemplateError(
            file: source.file, line: part.line, reason: "there is no entry '\(part.key)'")
        }
        try source.checkFields(
          of: part.lines.joined(separator: "\n"), known: fields, firstLine: part.line + 1)
        entries[part.key] = try part.entry(source)
      }
    }
    self.entries = entries
  }

  /// A file is a list of entries: a line `# key`, the title, the prose, and after a line `---` the sentence about the
  /// result.
  private struct Part {
    let key: String
    /// Of the line with the key, from 1.
    let line: Int
    var lines: [Substring] = []

    func entry(_ source: TemplateSource) throws -> Entry {
      guard let title = lines.firstIndex(where: { !$0.isEmpty }) else {
        throw TemplateError(file: source.file, line: line, reason: "entry '\(key)' has no words")
      }
      let rest = lines[(title + 1)...]
      let rule = rest.firstIndex(of: "---")
      func parsed(_ range: Range<Int>) throws -> Template {
        let lines = lines[range].drop { $0.isEmpty }
        let text = lines.joined(separator: "\n").trimmingCharacters(in: .newlines)
        return try source.template(text, firstLine: line + 1 + lines.startIndex)
      }
      return Entry(
        title: try source.template(
          String(lines[title]), firstLine: line + 1 + title, isPlain: true),
        prose: try parsed(rest.startIndex..<(rule ?? rest.endIndex)),
        result: try rule.map { try parsed($0 + 1..<rest.endIndex) })
    }
  }

  private static func parts(_ text: String) -> [Part] {
    var parts: [Part] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      if line.hasPrefix("# ") {
        parts.append(Part(key: String(line.dropFirst(2)), line: index + 1))
      } else if !parts.isEmpty {
        parts[parts.count - 1].lines.append(line)
      }
    }
    return parts
  }

  /// A sentence where no installed font has the language's letters, which figures and PDF then show as boxes.
  public var fontWarning: String? {
    guard !FontCoverage.covers(label("page.contents")) else { return nil }
    return
      "no installed font has the letters of '\(language.rawValue)'; figures and PDF show boxes "
      + "in their place. Install one, such as Debian's fonts-nanum for Korean"
  }

  /// The keys of all entries.
  package var keys: Set<String> { Set(entries.keys) }

  /// Whether there is an entry for `key`.
  public func has(_ key: String) -> Bool { entries[key] != nil }

  /// The title of the first of `keys` that has an entry.
  func title(_ keys: [String], _ fields: Fields = [:]) -> String {
    first(keys)?.title.render(fields) ?? keys.last ?? ""
  }

  func prose(_ keys: [String], _ fields: Fields = [:]) -> String {
    first(keys)?.prose.render(fields) ?? ""
  }

  func result(_ keys: [String], _ fields: Fields) -> String? {
    first(keys)?.result?.render(fields)
  }

  /// A short text, such as a table's head: the title of an entry.
  func label(_ key: String, _ fields: Fields = [:]) -> String { title([key], fields) }

  /// All short texts whose keys begin with `prefix`, by the rest of their keys.
  func labels(prefix: String) -> [String: String] {
    var labels: [String: String] = [:]
    for (key, entry) in entries where key.hasPrefix(prefix) {
      labels[String(key.dropFirst(prefix.count))] = entry.title.render([:])
    }
    return labels
  }

  private func first(_ keys: [String]) -> Entry? {
    keys.lazy.compactMap { entries[$0] }.first
  }
}
