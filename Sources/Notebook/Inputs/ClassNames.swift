import CAMNet
import Foundation

/// A network's class names, in the order of its outputs.
struct ClassNames {
  let names: [String]
  /// Whether nobody named them: `class 0`, `class 1`, …
  let areNumbers: Bool
  /// Whether they are ImageNet's only because there are as many: nobody said what the classes of a file's network are.
  let areAssumed: Bool

  /// The number of ImageNet's classes.
  private static let imageNet = 1000

  /// - Parameters:
  ///   - path: a JSON list or dictionary by number, or a text file with one name a line; nil for the model's own names, ImageNet's for a
  ///     model that camreport knows, or from a file, and that has as many classes, and else numbers.
  ///   - count: how many classes the network has.
  ///   - isFromFile: whether the network is from a file.
  init(path: String?, count: Int, model: Model, isFromFile: Bool) throws {
    let areUnsaid = path == nil && model.classNames == nil
    areAssumed = areUnsaid && isFromFile && count == Self.imageNet
    areNumbers = areUnsaid && !areAssumed && !Self.isImageNet(model, count)
    if let path {
      let file = try FileBytes(contentsOf: path, as: .classNames)
      names = try Self.read(file, name: path, count: count, model: model.name)
    } else if let own = model.classNames {
      guard own.count == count else {
        throw ClassNamesError.count(
          file: model.name, found: own.count, needed: count, model: model.name)
      }
      names = own
    } else if areNumbers {
      names = (0..<count).map { "class \($0)" }
    } else {
      names = try Self.read(
        Model.imageNetClassNames, name: "the built-in ImageNet list", count: count,
        model: model.name)
    }
  }

  private static func isImageNet(_ model: Model, _ count: Int) -> Bool {
    count == imageNet && Model.known.contains { $0.name == model.name }
  }

  private static func read(
    _ bytes: FileBytes, name file: String, count: Int, model: String
  ) throws -> [String] {
    let data = bytes.withUnsafeBytes { Data($0) }
    let names: [String]
    if data.first(where: { !$0.isWhitespace }) == UInt8(ascii: "[") {
      do {
        names = try JSONDecoder().decode([String].self, from: data)
      } catch {
        throw ClassNamesError.notAList(file: file)
      }
    } else if data.first(where: { !$0.isWhitespace }) == UInt8(ascii: "{") {
      names = try byNumber(data, file)
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

  /// The names of a dictionary `{"0": "cat"}`, or of the one that is called `id2label` in it, as Hugging Face's `config.json` has it.
  private static func byNumber(_ data: Data, _ file: String) throws -> [String] {
    struct Configuration: Decodable { let id2label: [String: String] }
    let decoder = JSONDecoder()
    let names =
      (try? decoder.decode(Configuration.self, from: data).id2label)
      ?? (try? decoder.decode([String: String].self, from: data))
    guard let names else { throw ClassNamesError.notAList(file: file) }
    return try names.indices.enumerated().map { number, _ in
      guard let name = names["\(number)"] else { throw ClassNamesError.notAList(file: file) }
      return name
    }
  }
}

extension String {
  /// The first of a class name's synonyms as reports show it: `tabby` of `tabby, tabby cat`.
  var firstSynonym: String {
    split(separator: ",").first.map { String($0).beginning } ?? beginning
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
      "\(file): is not a JSON list of strings; write [\"first name\", \"second name\", …] or {\"0\": \"first name\", …}"
    case .notText(let file):
      "\(file): is not UTF-8 text; class names are a JSON list or one name a line"
    case .count(let file, let found, let needed, let model):
      "\(file): holds \(found) class name\(found == 1 ? "" : "s"); "
        + "\(model) has \(needed) class\(needed == 1 ? "" : "es")"
    }
  }
}
