import CAMNet
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
    // Files, and not pipes, so that no output can fill one and stop the program.
    let output = try OutputFile(in: folder)
    let errors = try OutputFile(in: folder)
    let process = process(program, arguments, in: folder, environment)
    process.standardOutput = output.handle
    process.standardError = errors.handle
    try process.run()
    process.waitUntilExit()
    return Outcome(
      status: process.terminationStatus, output: try output.text(), errors: try errors.text())
  }

  /// Runs camreport, and sends it a signal when it has printed some lines. - Returns: its status, or the signal that ended it.
  static func end(
    _ arguments: [String], by signal: Int32, afterLines lines: Int, in folder: Folder,
    environment: [String: String] = [:]
  ) throws -> Outcome {
    let errors = try OutputFile(in: folder)
    let output = Pipe()
    let process = process(binary, arguments, in: folder, environment)
    process.standardOutput = output
    process.standardError = errors.handle
    try process.run()
    var text = ""
    while text.utf8.count(where: { $0 == UInt8(ascii: "\n") }) < lines {
      let data = output.fileHandleForReading.availableData
      if data.isEmpty { break }
      text += String(decoding: data, as: UTF8.self)
    }
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    return Outcome(status: process.terminationStatus, output: text, errors: try errors.text())
  }

  private static func process(
    _ program: URL, _ arguments: [String], in folder: Folder, _ environment: [String: String]
  ) -> Process {
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment
      .merging(environment) { _, new in new }
    process.currentDirectoryURL = folder.url
    process.standardInput = FileHandle.nullDevice
    return process
  }
}

/// A hidden file that takes what a program prints, and is removed with this value.
private final class OutputFile {
  let handle: FileHandle
  private let url: URL

  init(in folder: Folder) throws {
    url = folder.url.appending(path: ".std-\(UUID().uuidString)")
    try Data().write(to: url)
    handle = try FileHandle(forWritingTo: url)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func text() throws -> String { String(decoding: try Data(contentsOf: url), as: UTF8.self) }
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

  /// Makes `photos`, with four photos of noise in each of the classes `light` and `dark`.
  func makeTrainingPhotos() throws {
    for (label, name) in ["light", "dark"].enumerated() {
      try FileManager.default.createDirectory(
        at: url.appending(path: "photos/\(name)"), withIntermediateDirectories: true)
      for number in 0..<4 {
        let noise = TinyTraining.image(number + 4 * label, side: 32)
        let pixels = noise.pixels.map { label == 0 ? 128 + $0 / 2 : $0 / 2 }
        let photo = RGBImage(width: 32, height: 32, pixels: pixels)
        try write("photos/\(name)/\(number).bmp", photo.bmpData)
      }
    }
  }

  func json(_ name: String) throws -> [String: Any] {
    try JSONSerialization.jsonObject(with: read(name)) as? [String: Any] ?? [:]
  }
}
