import Foundation

/// A reader of files, given bytes that nobody wrote. It may throw; what it reads is used as the program uses it, since a trap
/// often stands behind the reading.
struct FuzzTarget: Sendable {
  let name: String
  /// Files that are read without an error, to begin with.
  let seeds: @Sendable () throws -> [[UInt8]]
  let run: @Sendable ([UInt8]) throws -> Void

  /// All targets, in the order in which they are run.
  static let all: [FuzzTarget] =
    weights + photos
    + [
      network, classNames, lock, record, template, words, markdown, photoList, boxes,
      trainingRecord,
    ]

  func writeSeeds(to folder: String) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for (index, seed) in try seeds().enumerated() {
      try Data(seed).write(to: URL(filePath: "\(folder)/seed-\(index)"))
    }
  }

  /// The contents of the files in Tests/Fixtures whose names begin and end so.
  static func fixtures(_ prefix: String, _ suffix: String) throws -> [[UInt8]] {
    let folder = "\(project)/Tests/Fixtures"
    return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      .filter { $0.hasPrefix(prefix) && $0.hasSuffix(suffix) }
      .map { try Array(Data(contentsOf: URL(filePath: "\(folder)/\($0)"))) }
  }

  /// Where a target puts files that are read by their paths, each target in a folder of its own.
  static func scratch(_ name: String) throws -> String {
    let folder = "\(project)/.build-fuzz/scratch/\(name)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    return folder
  }

  private static let project = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path
}

/// A value that every run of a target needs; without it there is nothing to run.
func trying<Value>(_ make: () throws -> Value) -> Value {
  do { return try make() } catch { preconditionFailure("\(error)") }
}
