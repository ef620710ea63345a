import Foundation

/// Where in a lock file's text its entries stand.
public struct LockText: Sendable {
  private var models: [String: Model] = [:]

  /// The lines, from 1, on which a model, its layers and the steps of its run have their names.
  private struct Model {
    let line: Int
    var layers: [String: Int] = [:]
    var steps: [String: Int] = [:]
  }

  /// - Parameter data: JSON, which may be laid out in any way.
  public init(_ data: Data) {
    let bytes = Array(data)
    var (index, line) = (0, 1)
    // The keys of the objects that are open, "" of an entry of an array, and the key whose value comes next.
    var path: [String] = []
    var key = ""
    while index < bytes.count {
      defer { index += 1 }
      switch bytes[index] {
      case UInt8(ascii: "\n"): line += 1
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        path.append(key)
        key = ""
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        _ = path.popLast()
        key = ""
      case UInt8(ascii: ","): key = ""
      case UInt8(ascii: "\""):
        let start = index
        index += 1
        while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
          index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        guard index < bytes.count else { return }
        let text = Self.string(bytes[start...index])
        if bytes[(index + 1)...].first(where: { !$0.isBlankOfJSON }) == UInt8(ascii: ":") {
          key = text
          if path == ["", "models"], models[text] == nil { models[text] = Model(line: line) }
        } else if key == "name", path.count > 4, path[1] == "models" {
          note(text, line, path)
        }
      default: break
      }
    }
  }

  /// Keeps the line of an entry's name.
  private mutating func note(_ name: String, _ line: Int, _ path: [String]) {
    let list: WritableKeyPath<Model, [String: Int]>
    switch path.dropFirst(3) {
    case ["layers", ""]: list = \.layers
    case ["run", "steps", ""]: list = \.steps
    default: return
    }
    if models[path[2]]?[keyPath: list][name] == nil { models[path[2]]?[keyPath: list][name] = line }
  }

  private static func string(_ literal: ArraySlice<UInt8>) -> String {
    let text = literal.dropFirst().dropLast()
    guard text.contains(UInt8(ascii: "\\")) else { return String(decoding: text, as: UTF8.self) }
    return (try? JSONDecoder().decode(String.self, from: Data(literal))) ?? ""
  }

  /// The line, from 1, on which an entry of a model has its name: a layer's, and with `inRun` a step's; of the model
  /// itself where there is no name.
  public func line(of name: String?, model: String, inRun: Bool = false) -> Int {
    guard let model = models[model] else { return 1 }
    let places = inRun ? [model.steps] : [model.layers, model.steps]
    return name.flatMap { name in places.lazy.compactMap { $0[name] }.first } ?? model.line
  }
}

extension UInt8 {
  fileprivate var isBlankOfJSON: Bool {
    self == 0x20 || self == 0x09 || self == 0x0A || self == 0x0D
  }
}
