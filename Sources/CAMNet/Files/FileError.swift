import Glibc

/// What the system says of a file that cannot be read or written.
public struct FileError: Error, Equatable {
  public let path: String
  /// What was to be done with the file.
  public let action: Action
  /// The system's `errno`; ESTALE for a file that changed while it was read.
  public let code: Int32

  /// What is done with a file; the raw value is the participle of an error's sentence.
  public enum Action: String, Sendable {
    case open = "opened"
    case read = "read"
    case create = "created"
    case write = "written"
  }
}

extension FileError: CustomStringConvertible {
  public var description: String {
    switch (code, action) {
    case (ENOENT, .open): "\(path): there is no such file"
    case (EISDIR, _): "\(path): is a folder; name a file"
    case (ENOTDIR, .create), (EEXIST, .create):
      "\(path): cannot be created: a file is in the place of a folder"
    case (ESTALE, .read): "\(path): changed while it was read"
    case (ENOSPC, _): "\(path): cannot be \(action.rawValue): the disk is full"
    default: "\(path): cannot be \(action.rawValue): \(String(cString: strerror(code)))"
    }
  }
}
