import CAMNet
import Foundation

/// Files that tests are held against.
public enum Fixture {
  /// The project's folder.
  public static let project = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// A file in Tests/Fixtures.
  public static func path(_ name: String) -> String {
    project.appending(path: "Tests/Fixtures/\(name)").path
  }

  /// A file of what independent programs computed that lies beside the project, where it does; it is not part of it.
  public static func reference(_ name: String) -> URL? {
    let url = project.appending(path: "../shared/reference/\(name)").standardizedFileURL
    return FileManager.default.fileExists(atPath: url.path) ? url : nil
  }

  /// A photo in Examples.
  public static func example(_ name: String) -> String {
    project.appending(path: "Examples/\(name)").path
  }

  public static func json<Value: Decodable>(_ name: String, as type: Value.Type) throws -> Value {
    try json(URL(filePath: path(name)), as: type)
  }

  public static func json<Value: Decodable>(_ url: URL, as type: Value.Type) throws -> Value {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(type, from: Data(contentsOf: url))
  }
}

/// A tensor as the reference files describe it: statistics, and 32 values at flat indices.
public struct ReferenceTensor: Decodable, Sendable {
  public let shape: [Int]
  public let mean: Double
  public let std: Double
  public let min: Double
  public let max: Double
  public let l2: Double
  public let index: [Int]
  public let value: [Double]
}
