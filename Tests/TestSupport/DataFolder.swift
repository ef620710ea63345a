import CAMNet
import Foundation

/// A folder for a test's photos and lists, which is removed with this object.
public final class DataFolder: Sendable {
  public let path: String

  public init() throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "camreport-\(UUID())")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.resolvingSymlinksInPath().path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The path of something in the folder.
  public func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }

  /// Writes a file, and makes the folders that it is to lie in.
  /// - Returns: the file's path.
  @discardableResult
  public func write(_ bytes: some Sequence<UInt8>, _ name: String) throws -> String {
    let url = URL(filePath: self(name))
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
    return self(name)
  }

  @discardableResult
  public func write(_ text: String, _ name: String) throws -> String {
    try write(text.utf8, name)
  }

  /// Makes files of no more than a name, which are photos as far as names say.
  public func makePhotos(_ names: String...) throws {
    for name in names { try write("", name) }
  }

  public func makeFolder(_ name: String) throws {
    try FileManager.default.createDirectory(
      atPath: self(name), withIntermediateDirectories: true)
  }

  /// Makes a symbolic link.
  public func link(_ name: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(
      atPath: self(name), withDestinationPath: target)
  }

  /// What the error of a call says, with the folder's path as `DATA`; nil where nothing is thrown.
  public func refusal<Value>(_ call: () throws -> Value) -> String? {
    do {
      _ = try call()
      return nil
    } catch {
      return "\(error)".replacing(path, with: "DATA")
    }
  }
}
