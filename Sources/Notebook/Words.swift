import Foundation
import Mustache
import Templates

/// The prose of the walk-through in one language: Markdown with Mustache fields, by key.
public struct Words: Sendable {
  private let entries: [String: Entry]

  struct Entry: Sendable {
    let title: MustacheTemplate
    let prose: MustacheTemplate
    let result: MustacheTemplate?
  }

  /// English, from inside the program.
  public static func english() throws -> Words {
    try Words(parsing: Templates.englishWords, file: "walkthrough.en.md")
  }

  /// Reads a file of entries: a line `# key`, the title, the prose, and after a line `---` the sentence about the result.
  init(parsing text: String, file: String) throws {
    var entries: [String: Entry] = [:]
    var key: String?
    var start = 0
    var lines: [Substring] = []
    func close() throws {
      guard let key else { return }
      do {
        entries[key] = try Self.entry(lines)
      } catch {
        throw TemplateError(file: file, line: start, key: key, reason: "\(error)")
      }
    }
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      if line.hasPrefix("# ") {
        try close()
        key = String(line.dropFirst(2))
        start = index + 1
        lines = []
      } else {
        lines.append(line)
      }
    }
    try close()
    self.entries = entries
  }

  private static func entry(_ lines: [Substring]) throws -> Entry {
    let content = lines.drop { $0.isEmpty }
    let title = content.first ?? ""
    let parts = content.dropFirst().split(
      separator: "---", maxSplits: 1, omittingEmptySubsequences: false)
    let texts = parts.map { $0.joined(separator: "\n").trimmingCharacters(in: .newlines) }
    // A title is plain text that an exporter escapes, so Mustache must not.
    return Entry(
      title: try MustacheTemplate(string: "{{% CONTENT_TYPE:TEXT}}" + title),
      prose: try MustacheTemplate(string: texts.first ?? ""),
      result: texts.count > 1 ? try MustacheTemplate(string: texts[1]) : nil)
  }

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
      labels[String(key.dropFirst(prefix.count))] = entry.title.render([:] as Fields)
    }
    return labels
  }

  private func first(_ keys: [String]) -> Entry? {
    keys.lazy.compactMap { entries[$0] }.first
  }
}

/// What a template's fields stand for.
typealias Fields = [String: any Sendable]

/// A template that cannot be read.
public struct TemplateError: Error, CustomStringConvertible {
  let file: String
  let line: Int
  let key: String
  let reason: String

  public var description: String { "\(file):\(line): entry '\(key)' is not a template: \(reason)" }
}
