import Foundation
import TestSupport
import Testing

/// The recipes in docs/ci.md, and the schema of what they compare.
@Suite struct RecipeTests {
  let folder: Folder

  init() throws {
    folder = try Folder()
  }

  private static let words = ["- run: ", "- ", "entry: "]

  /// The camreport commands in the document's code, in order.
  private func commands() throws -> [String] {
    let text = try String(
      contentsOf: Fixture.project.appending(path: "docs/ci.md"), encoding: .utf8)
    return text.split(separator: "\n").compactMap { line in
      // Code is indented, and stands in lists and keys.
      guard line.hasPrefix("  ") else { return nil }
      var command = line.trimmingCharacters(in: .whitespaces)
      for word in Self.words where command.hasPrefix(word) {
        command.removeFirst(word.count)
        break
      }
      return command.hasPrefix("camreport ") ? command : nil
    }
  }

  @Test func `every command in the recipes runs and agrees`() throws {
    try folder.write("cat.jpg", Data(contentsOf: URL(filePath: Fixture.example("cat.jpg"))))
    let path = Command.binary.deletingLastPathComponent().path
    let commands = try commands()
    #expect(commands.count == 7)
    for command in commands {
      let outcome = try Command.run(
        URL(filePath: "/bin/sh"), ["-c", "PATH='\(path):/usr/bin:/bin' \(command)"], in: folder)
      #expect(outcome.status == 0, "\(command): \(outcome.errors)")
    }
    #expect(folder.has("reports/layers.xml"))
    #expect(folder.has("reports/layers/index.html"))
  }

  @Test func `what lock writes is as the schema says`() throws {
    _ = try Command.run("lock", "-o", "shapes.json", in: folder)
    _ = try Command.run(
      "lock", "--image", Fixture.example("cat.jpg"), "--size", "64", "-o", "numbers.json",
      in: folder)
    let schema = try #require(
      try JSONSerialization.jsonObject(
        with: Data(
          contentsOf: Fixture.project.appending(path: "docs/shapes.lock.schema.json")))
        as? [String: Any])
    for file in ["shapes.json", "numbers.json"] {
      #expect(Schema(root: schema).violations(try folder.json(file), schema, at: file) == [])
    }
    var wrong = try folder.json("shapes.json")
    wrong["extra"] = 1
    #expect(Schema(root: schema).violations(wrong, schema, at: "wrong") == ["wrong: extra"])
  }
}

/// The part of JSON Schema that the lock file's schema uses.
struct Schema {
  let root: [String: Any]

  func violations(_ value: Any, _ schema: [String: Any], at path: String) -> [String] {
    if let reference = schema["$ref"] as? String {
      let name = reference.split(separator: "/").last.map(String.init) ?? ""
      guard let definition = (root["$defs"] as? [String: Any])?[name] as? [String: Any] else {
        return ["\(path): no definition \(name)"]
      }
      return violations(value, definition, at: path)
    }
    if let constant = schema["const"] as? Int, value as? Int != constant {
      return ["\(path): const"]
    }
    if let choices = schema["enum"] as? [String], !choices.contains(value as? String ?? "") {
      return ["\(path): enum"]
    }
    switch schema["type"] as? String {
    case "object":
      guard let object = value as? [String: Any] else { return ["\(path): no object"] }
      let properties = schema["properties"] as? [String: [String: Any]] ?? [:]
      let missing = (schema["required"] as? [String] ?? []).filter { object[$0] == nil }
      return missing.map { "\(path): no \($0)" }
        + object.flatMap { key, value in
          if let property = properties[key] {
            return violations(value, property, at: "\(path).\(key)")
          }
          if let other = schema["additionalProperties"] as? [String: Any] {
            return violations(value, other, at: "\(path).\(key)")
          }
          return ["\(path): \(key)"]
        }
    case "array":
      guard let array = value as? [Any] else { return ["\(path): no array"] }
      let items = schema["items"] as? [String: Any] ?? [:]
      return array.flatMap { violations($0, items, at: "\(path)[]") }
    case "string":
      guard let text = value as? String else { return ["\(path): no string"] }
      guard let pattern = schema["pattern"] as? String else { return [] }
      return text.range(of: pattern, options: .regularExpression) == nil ? ["\(path): pattern"] : []
    case "integer": return value is Int ? [] : ["\(path): no integer"]
    case "number": return value is NSNumber ? [] : ["\(path): no number"]
    case "boolean": return value is Bool ? [] : ["\(path): no boolean"]
    default: return []
    }
  }
}
