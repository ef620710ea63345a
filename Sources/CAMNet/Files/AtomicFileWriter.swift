import Glibc

/// A file that is written part by part beside its place, and appears there when it is finished. What is no file, such as a device,
/// is written into and stays what it is.
///
/// Where an error is thrown, or the writer is let go unfinished, what was at the place stays as it was.
package final class AtomicFileWriter {
  private let path: String
  /// Where the bytes go until the file is whole; nil for what is written into where it is.
  private let temporary: String?
  /// Whether the file is on the disk, and not on its way there, when it is finished: for what is to outlive a loss of power.
  private let isDurable: Bool
  /// The open file; -1 when it is closed.
  private var descriptor: Int32

  package init(_ path: String, isDurable: Bool = false) throws(FileError) {
    self.path = path
    self.isDurable = isDurable
    if AtomicFile.isDevice(path) {
      temporary = nil
      descriptor = open(path, O_WRONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw FileError(path: path, action: .open, code: errno) }
    } else {
      AtomicFile.removeAbandoned(path)
      let temporary = "\(path).\(getpid()).part"
      self.temporary = temporary
      descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
      guard descriptor >= 0 else { throw FileError(path: path, action: .create, code: errno) }
    }
  }

  deinit {
    guard descriptor >= 0 else { return }
    close(descriptor)
    if let temporary { unlink(temporary) }
  }

  package func append(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    try check(AtomicFile.writeAll(bytes, descriptor))
  }

  package func append(_ bytes: [UInt8]) throws(FileError) {
    try check(bytes.withUnsafeBytes { AtomicFile.writeAll($0, descriptor) })
  }

  /// Puts the file in its place.
  package func finish() throws(FileError) {
    if isDurable, temporary != nil, fsync(descriptor) != 0 { try check(errno) }
    // Some file systems tell only at the closing that there was no room.
    let code = close(descriptor) == 0 ? 0 : errno
    descriptor = -1
    guard let temporary else { return try check(code) }
    guard code == 0, rename(temporary, path) == 0 else {
      let failure = code == 0 ? errno : code
      unlink(temporary)
      throw FileError(path: path, action: .write, code: failure)
    }
    if isDurable { try check(AtomicFile.synchronizeFolder(of: path)) }
  }

  /// Throws where a call gave another code than 0; what is written so far goes with the writer.
  private func check(_ code: Int32) throws(FileError) {
    if code != 0 { throw FileError(path: path, action: .write, code: code) }
  }
}
