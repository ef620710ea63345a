import CAMNet
import Foundation

/// Lock files and check reports on disk: whole or not at all.
public enum LockFile {
  /// A lock file's bytes.
  public static func read(_ path: String) throws -> Data {
    try FileBytes(contentsOf: path, as: .lock).withUnsafeBytes { Data($0) }
  }

  public static func write(_ lock: Lock, to path: String) throws {
    try write(lock.text(), to: path)
  }

  public static func write(_ text: String, to path: String) throws {
    try write(Array(text.utf8), to: path)
  }

  /// Writes a file, and makes the folder it is to lie in.
  public static func write(_ bytes: [UInt8], to path: String) throws {
    try AtomicFile.prepareFolder(folder(path))
    try AtomicFile.write(bytes, to: path)
  }

  /// A file's path as a lock in `folder` names it.
  public static func relative(_ path: String, to folder: String) -> String {
    RelativePath.of(path, from: folder)
  }

  /// The folder a file lies in, `.` for the working folder.
  public static func folder(_ path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}
