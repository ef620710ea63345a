import ArgumentParser
import CAMNet
import Foundation
import Notebook

/// What is said where the path of a format cannot be one, before anything runs.
extension Formats {
  func validate() throws {
    if let html { try Self.checkFolder(html) }
    for (option, path) in single { try Self.checkFile(path, of: option) }
  }

  static func checkFolder(_ path: String) throws {
    let shown = path.printable
    if path == PhotoRun.SingleFile.standardOutput {
      throw ValidationError(
        "--html writes a folder, which cannot go to standard output; name one: --html out")
    }
    if let ending = [".html", ".htm"].first(where: path.lowercased().hasSuffix), !isFolder(path) {
      let name = shown.dropLast(ending.count)
      throw ValidationError(
        "--html takes a folder, which gets the page as index.html; write --html "
          + "\(name.isEmpty || name.hasSuffix("/") ? name + "out" : name)")
    }
    if FileBytes.isRegular(path) {
      throw ValidationError(
        "--html takes a folder, and '\(shown)' is a file; name another: --html out")
    }
  }

  static func checkFile(_ path: String, of option: String) throws {
    let shown = path.printable
    let example = "report." + (option == "--markdown" ? "md" : option.dropFirst(2))
    if path == PhotoRun.SingleFile.standardOutput, option != "--pdf" {
      throw ValidationError(
        "\(option) writes files beside its own, which cannot go to standard output; "
          + "name a file: \(option) \(example)")
    }
    if path.hasSuffix("/") || isFolder(path) {
      throw ValidationError(
        "\(option) takes a file, and '\(shown)' is a folder; write "
          + "\(option) \(shown)\(shown.hasSuffix("/") ? "" : "/")\(example)")
    }
    // The first of several photos, where the shell has put names for a star.
    if PhotoFiles.isNamed(path) {
      throw ValidationError(
        "\(option) takes the file to write, and '\(shown)' has a photo's name; write "
          + "\(option) \(example)")
    }
  }

  private static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
      && isFolder.boolValue
  }
}
