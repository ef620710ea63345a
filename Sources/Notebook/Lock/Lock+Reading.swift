import CAMNet
import Foundation
import ONNX

extension Lock {
  /// Reads a lock file and sees that all of it can be understood.
  public init(contentsOf path: String) throws {
    try self.init(try LockFile.read(path), file: path)
  }

  public init(_ data: Data, file: String) throws(LockError) {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    struct Header: Decodable { let format: Int }
    struct Body: Decodable { let models: [String: LockedModel] }
    do {
      // The format first: a later one may hold anything.
      let format = try decoder.decode(Header.self, from: data).format
      guard format == Self.format else {
        throw LockError.laterFormat(file: file, format: format)
      }
      self.init(models: try decoder.decode(Body.self, from: data).models)
    } catch let error as LockError {
      throw error
    } catch {
      throw LockError(error, data: data, file: file)
    }
    try check(LockText(data), file: file)
  }

  /// The names of all operations that a layer may have.
  private static let operations = LayerKinds.operations.union(PlainOperation.operations)

  /// Sees that sizes are ones that a network's input may have, names unique and operations known.
  private func check(_ text: LockText, file: String) throws(LockError) {
    for (model, locked) in models {
      guard InputOptions.allows(locked.inputSize) else {
        throw .wrongValue(
          file: file, path: ".models.\(model).input_size",
          reason: "is \(locked.inputSize), not 1 to \(InputOptions.sides.upperBound) pixels a side")
      }
      var names: Set<String> = []
      for layer in locked.layers {
        var line: Int { text.line(of: layer.name, model: model) }
        guard names.insert(layer.name).inserted else {
          throw .duplicateName(file: file, line: line, name: layer.name)
        }
        guard Self.operations.contains(layer.operation) else {
          throw .unknownOperation(
            file: file, line: line, name: layer.name, operation: layer.operation)
        }
      }
    }
  }
}

/// Why a lock file cannot be used.
public enum LockError: Error, Equatable {
  case notJSON(file: String, place: String)
  case wrongValue(file: String, path: String, reason: String)
  case laterFormat(file: String, format: Int)
  case duplicateName(file: String, line: Int, name: String)
  case unknownOperation(file: String, line: Int, name: String, operation: String)

  init(_ error: any Error, data: Data, file: String) {
    guard let error = error as? DecodingError else {
      self = .notJSON(file: file, place: "")
      return
    }
    switch error {
    case .dataCorrupted(let context) where context.codingPath.isEmpty:
      self = .notJSON(file: file, place: Self.place(in: data))
    case .keyNotFound(let key, let context):
      self = .wrongValue(
        file: file, path: Self.path(context.codingPath), reason: "has no '\(key.stringValue)'")
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
      self = .wrongValue(
        file: file, path: Self.path(context.codingPath), reason: "has a value of the wrong kind")
    @unknown default:
      self = .notJSON(file: file, place: "")
    }
  }

  /// Where the data cease to be JSON. Foundation's other reader tells the place, in the words of its error.
  private static func place(in data: Data) -> String {
    do {
      _ = try JSONSerialization.jsonObject(with: data)
      return ""
    } catch {
      let offset = "\(error)".firstMatch(of: /character (\d+)/).flatMap { Int($0.1) }
      let before = data.prefix(offset ?? data.count)
      let line = before.count { $0 == UInt8(ascii: "\n") } + 1
      let column = before.reversed().prefix { $0 != UInt8(ascii: "\n") }.count + 1
      return " at line \(line), column \(column)" + (offset == nil ? ", where it ends" : "")
    }
  }

  private static func path(_ keys: [any CodingKey]) -> String {
    keys.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }.joined()
  }
}

extension LockError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notJSON(let file, let place):
      "\(file): is not JSON\(place); restore it, or write it anew with 'camreport lock --force'"
    case .wrongValue(let file, let path, let reason):
      "\(file): \(path.isEmpty ? "it" : path) \(reason); write it anew with 'camreport lock --force'"
    case .laterFormat(let file, let format):
      "\(file): is of format \(format); this camreport reads format \(Lock.format)"
    case .duplicateName(let file, let line, let name):
      "\(file):\(line): two layers are named '\(name)'"
    case .unknownOperation(let file, let line, let name, let operation):
      "\(file):\(line): layer '\(name)' is a '\(operation)', which this camreport does not know"
    }
  }
}
