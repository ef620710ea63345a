import CAMNet
import Foundation

/// Class names, from a JSON list or a text file with one name a line.
enum ClassNames {
  static func read(path: String?, count: Int, model: String) throws -> [String] {
    let bytes = try path.map { try FileBytes(contentsOf: $0) } ?? Model.imageNetClassNames
    let file = path ?? "the built-in ImageNet list"
    let data = bytes.withUnsafeBytes { Data($0) }
    let names: [String]
    if data.first(where: { !$0.isWhitespace }) == UInt8(ascii: "[") {
      do {
        names = try JSONDecoder().decode([String].self, from: data)
      } catch {
        throw ClassNamesError.notAList(file: file)
      }
    } else {
      guard let text = String(data: data, encoding: .utf8) else {
        throw ClassNamesError.notText(file: file)
      }
      var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map {
        $0.trimmingCharacters(in: .whitespaces.union(.newlines))
      }
      while lines.last?.isEmpty == true { lines.removeLast() }
      names = lines
    }
    guard names.count == count else {
      throw ClassNamesError.count(file: file, found: names.count, needed: count, model: model)
    }
    return names
  }
}

extension UInt8 {
  fileprivate var isWhitespace: Bool { self == 0x20 || (0x09...0x0D).contains(self) }
}

/// Why a file of class names cannot be used.
enum ClassNamesError: Error, CustomStringConvertible {
  case notAList(file: String)
  case notText(file: String)
  case count(file: String, found: Int, needed: Int, model: String)

  var description: String {
    switch self {
    case .notAList(let file):
      "\(file): is not a JSON list of strings; write [\"first name\", \"second name\", …]"
    case .notText(let file):
      "\(file): is not UTF-8 text; class names are a JSON list or one name a line"
    case .count(let file, let found, let needed, let model):
      "\(file): holds \(found) class name\(found == 1 ? "" : "s"); \(model) has \(needed) classes"
    }
  }
}
