import Glibc

/// Files that appear whole or not at all: they are written beside their place and renamed into it.
package enum AtomicFile {
  /// Writes a file in the place of one that may be there; see ``AtomicFileWriter``.
  package static func write(
    _ bytes: [UInt8], to path: String, isDurable: Bool = false
  ) throws(FileError) {
    let file = try AtomicFileWriter(path, isDurable: isDurable)
    try file.append(bytes)
    try file.finish()
  }

  /// Removes what processes left beside a file that ended while they wrote it.
  static func removeAbandoned(_ path: String) {
    let folder = folder(of: path)
    let start = path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
    guard let listing = opendir(folder) else { return }
    defer { closedir(listing) }
    while let entry = readdir(listing) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { name in
        name.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: name.pointee)) {
          String(cString: $0)
        }
      }
      guard name.hasPrefix("\(start)."), name.hasSuffix(".part") else { continue }
      let number = name.dropFirst(start.count + 1).dropLast(".part".count)
      // A name that no process gives is somebody else's.
      guard let process = pid_t(number), process > 0, "\(process)" == number else { continue }
      if kill(process, 0) != 0, errno == ESRCH { unlink(folder + name) }
    }
  }

  /// The folder that a path is in, with the slash at its end.
  private static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[...$0]) } ?? "./"
  }

  /// Has the names in a file's folder written to the disk, and gives 0 or the `errno` of what went wrong. What cannot be opened,
  /// or has no such thing, is left to the system.
  static func synchronizeFolder(of path: String) -> Int32 {
    let descriptor = open(folder(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return 0 }
    defer { close(descriptor) }
    return fsync(descriptor) == 0 || errno == EINVAL ? 0 : errno
  }

  /// Writes bytes to standard output.
  package static func writeToStandardOutput(_ bytes: [UInt8]) throws(FileError) {
    let failure = bytes.withUnsafeBytes { writeAll($0, STDOUT_FILENO) }
    guard failure == 0 else {
      throw FileError(path: "standard output", action: .write, code: failure)
    }
  }

  /// Whether there is something at a path that is neither a file nor a folder.
  static func isDevice(_ path: String) -> Bool {
    var status = stat()
    guard stat(path, &status) == 0 else { return false }
    let kind = status.st_mode & S_IFMT
    return kind != S_IFREG && kind != S_IFDIR
  }

  /// Throws where a folder is in the place of a file to be written.
  package static func checkIsNoFolder(_ path: String) throws(FileError) {
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
      throw FileError(path: path, action: .write, code: EISDIR)
    }
  }

  /// Makes a folder and the folders above it where they are missing, and throws where no file could be made in it.
  package static func prepareFolder(_ path: String) throws(FileError) {
    var end = path.startIndex
    while end < path.endIndex {
      end = path[end...].dropFirst().firstIndex(of: "/") ?? path.endIndex
      let folder = String(path[..<end])
      if mkdir(folder, 0o755) != 0, errno != EEXIST {
        throw FileError(path: path, action: .create, code: errno)
      }
    }
    guard access(path, W_OK | X_OK) == 0 else {
      throw FileError(path: path, action: .create, code: errno)
    }
  }

  package static func removeIfPresent(_ path: String) throws(FileError) {
    if unlink(path) != 0, errno != ENOENT {
      throw FileError(path: path, action: .write, code: errno)
    }
  }

  /// Writes bytes to an open file and gives 0, or the `errno` of what went wrong.
  package static func writeAll(_ bytes: UnsafeRawBufferPointer, _ descriptor: Int32) -> Int32 {
    var done = 0
    while done < bytes.count {
      let count = Glibc.write(
        descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
      if count < 0 {
        if errno == EINTR { continue }
        return errno
      }
      done += count
    }
    return 0
  }
}
