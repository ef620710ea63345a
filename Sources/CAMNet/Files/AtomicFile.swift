import Glibc

/// Files that appear whole or not at all: they are written beside their place and renamed into it.
package enum AtomicFile {
  /// Writes a file in the place of one that may be there; what was there stays where an error is thrown. What is no file, such as
  /// a device, is written into and stays what it is.
  package static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
    if isDevice(path) {
      try writeInto(path, bytes)
      return
    }
    removeAbandoned(path)
    let temporary = "\(path).\(getpid()).part"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw FileError(path: path, action: .create, code: errno) }
    var failure = writeAll(bytes, descriptor)
    // Some file systems tell only at the closing that there was no room.
    if close(descriptor) != 0, failure == 0 { failure = errno }
    if failure == 0, rename(temporary, path) != 0 { failure = errno }
    guard failure == 0 else {
      unlink(temporary)
      throw FileError(path: path, action: .write, code: failure)
    }
  }

  /// Removes what processes left beside a file that ended while they wrote it.
  private static func removeAbandoned(_ path: String) {
    let slash = path.lastIndex(of: "/")
    let folder = slash.map { String(path[...$0]) } ?? "./"
    let start = slash.map { String(path[path.index(after: $0)...]) } ?? path
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

  /// Writes bytes to standard output.
  package static func writeToStandardOutput(_ bytes: [UInt8]) throws(FileError) {
    let failure = writeAll(bytes, STDOUT_FILENO)
    guard failure == 0 else {
      throw FileError(path: "standard output", action: .write, code: failure)
    }
  }

  /// Whether there is something at a path that is neither a file nor a folder.
  private static func isDevice(_ path: String) -> Bool {
    var status = stat()
    guard stat(path, &status) == 0 else { return false }
    let kind = status.st_mode & S_IFMT
    return kind != S_IFREG && kind != S_IFDIR
  }

  private static func writeInto(_ path: String, _ bytes: [UInt8]) throws(FileError) {
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(path: path, action: .open, code: errno) }
    var failure = writeAll(bytes, descriptor)
    if close(descriptor) != 0, failure == 0 { failure = errno }
    guard failure == 0 else { throw FileError(path: path, action: .write, code: failure) }
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
  private static func writeAll(_ bytes: [UInt8], _ descriptor: Int32) -> Int32 {
    bytes.withUnsafeBytes { buffer in
      var done = 0
      while done < buffer.count {
        let count = Glibc.write(
          descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done)
        if count < 0 {
          if errno == EINTR { continue }
          return errno
        }
        done += count
      }
      return 0
    }
  }
}
