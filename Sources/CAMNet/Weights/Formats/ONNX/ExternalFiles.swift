import Glibc

/// The files beside an ONNX file that hold values of its tensors, each mapped once. What a model names lies in its own folder or
/// below, and is reached through no link.
package final class ExternalFiles {
  private let model: FileBytes
  let budget: ReadingBudget
  private var mapped: [String: FileBytes] = [:]

  package init(of model: FileBytes, _ budget: ReadingBudget) {
    self.model = model
    self.budget = budget
  }

  /// The files that were mapped, in the order of their names.
  package var files: [FileBytes] { mapped.sorted { $0.key < $1.key }.map(\.value) }

  /// Where a tensor's values lie.
  /// - Parameters:
  ///   - place: `location`, and perhaps `offset` and `length` in bytes.
  ///   - size: how many bytes the tensor needs.
  func locate(
    _ place: [String: String], size: Int, of name: String
  ) throws(WeightsError) -> (StoredArray.Contents, Range<Int>) {
    let file = try file(place["location"] ?? "", of: name)
    func number(_ key: String) throws(WeightsError) -> Int? {
      guard let text = place[key] else { return nil }
      guard let value = Int(text), value >= 0 else {
        throw .malformed(
          file: model.name, reason: "the \(key) of '\(name)' in its data file is '\(text)'")
      }
      return value
    }
    let offset = try number("offset") ?? 0
    let length = try number("length") ?? size
    guard offset <= file.count, length <= file.count - offset else {
      throw .truncated(
        file: file.name, what: "'\(name)' at byte \(offset)", needed: length,
        found: max(file.count - offset, 0))
    }
    return (.file(file), offset..<offset + length)
  }

  private func file(_ location: String, of name: String) throws(WeightsError) -> FileBytes {
    if let file = mapped[location] { return file }
    let path = try path(location, of: name)
    let file: FileBytes
    do {
      file = try FileBytes(contentsOf: path, as: .values)
    } catch {
      throw .noDataFile(file: model.name, location: location, reason: "\(error)")
    }
    budget.add(file)
    mapped[location] = file
    return file
  }

  /// The path of a data file, as the model's is given.
  private func path(_ location: String, of name: String) throws(WeightsError) -> String {
    func refused(_ reason: String) -> WeightsError {
      .malformed(
        file: model.name, reason: "the data file '\(location)' of '\(name)' \(reason)")
    }
    let parts = location.split(separator: "/", omittingEmptySubsequences: true)
    guard !parts.isEmpty, !location.contains("\0") else { throw refused("is not a file's name") }
    guard !location.hasPrefix("/") else { throw refused("is not named from the model's folder") }
    guard !parts.contains("..") else { throw refused("lies outside the model's folder") }
    var path = model.name.hasPrefix("/") ? "" : "."
    for part in model.name.split(separator: "/").dropLast() { path += "/\(part)" }
    for part in parts where part != "." {
      path += "/\(part)"
      var status = stat()
      guard lstat(path, &status) == 0 else {
        throw .noDataFile(
          file: model.name, location: location, reason: "\(path): there is no such file")
      }
      switch status.st_mode & S_IFMT {
      case S_IFLNK: throw refused("is reached through a link")
      case S_IFDIR, S_IFREG: break
      default: throw refused("is neither a file nor a folder")
      }
    }
    guard FileBytes.isRegular(path) else { throw refused("is a folder") }
    return path
  }
}

extension FileKind {
  /// A file of values without any order of its own.
  fileprivate static let values = FileKind("a data file", largest: .max, isMapped: true)
}
