import Foundation
import TestSupport

/// The built program, run as a process.
enum Command {
  struct Outcome {
    let status: Int32
    let output: String
    let errors: String

    var lines: [Substring] { output.split(separator: "\n") }
  }

  /// Beside the test bundle, whose program runs this code.
  static let binary = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().appending(path: "camreport")

  /// Runs camreport in `folder` and waits.
  static func run(_ arguments: String..., in folder: Folder) throws -> Outcome {
    try run(binary, arguments, in: folder)
  }

  /// - Parameter environment: variables in addition to this process's.
  static func run(
    _ program: URL, _ arguments: [String], in folder: Folder, environment: [String: String] = [:]
  ) throws -> Outcome {
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment
      .merging(environment) { _, new in new }
    process.currentDirectoryURL = folder.url
    // Files, and not pipes, so that no output can fill one and stop the program.
    let outputURL = folder.url.appending(path: ".stdout-\(UUID().uuidString)")
    let errorURL = folder.url.appending(path: ".stderr-\(UUID().uuidString)")
    for url in [outputURL, errorURL] {
      try Data().write(to: url)
    }
    process.standardOutput = try FileHandle(forWritingTo: outputURL)
    process.standardError = try FileHandle(forWritingTo: errorURL)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    defer {
      try? FileManager.default.removeItem(at: outputURL)
      try? FileManager.default.removeItem(at: errorURL)
    }
    return Outcome(
      status: process.terminationStatus,
      output: String(decoding: try Data(contentsOf: outputURL), as: UTF8.self),
      errors: String(decoding: try Data(contentsOf: errorURL), as: UTF8.self))
  }
}

/// A folder that is removed with this value.
final class Folder: Sendable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "camreport-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(at: url)
  }

  func path(_ name: String) -> String { url.appending(path: name).path }

  func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

  /// The names of the visible files in a folder inside this one.
  func names(in name: String = "") throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path(name))
      .filter { !$0.hasPrefix(".std") }.sorted()
  }

  @discardableResult
  func write(_ name: String, _ bytes: some Sequence<UInt8>) throws -> String {
    try Data(bytes).write(to: url.appending(path: name))
    return path(name)
  }

  func read(_ name: String) throws -> Data {
    try Data(contentsOf: url.appending(path: name))
  }

  func json(_ name: String) throws -> [String: Any] {
    try JSONSerialization.jsonObject(with: read(name)) as? [String: Any] ?? [:]
  }
}
