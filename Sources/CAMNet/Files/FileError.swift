import Glibc

/// What the system says of a file that cannot be read or written.
public struct FileError: Error, Equatable {
  public let path: String
  /// What was to be done with the file.
  public let action: Action
  /// The system's `errno`; ESTALE for a file that changed while it was read.
  public let code: Int32

  /// What the file is larger than; nil where something else is wrong.
  let limit: Limit?

  /// The most bytes that are read, and whose limit that is, as the end of a sentence.
  struct Limit: Sendable, Equatable {
    let bytes: Int
    let reason: String
  }

  package init(path: String, action: Action, code: Int32) {
    self.path = path
    self.action = action
    self.code = code
    limit = nil
  }

  /// The error for a file of more bytes than its kind may have, or that are read of a pipe.
  init(tooLarge path: String, _ kind: FileKind) {
    self.path = path
    action = .read
    code = EFBIG
    limit =
      kind.largest <= FileKind.largestInMemory
      ? Limit(bytes: kind.largest, reason: "far more than \(kind.noun); name the right one")
      : Limit(
        bytes: FileKind.largestInMemory,
        reason: "the most that is read of a pipe or device; save it in a file")
  }

  /// What is done with a file; the raw value is the participle of an error's sentence.
  public enum Action: String, Sendable {
    case open = "opened"
    case read = "read"
    case create = "created"
    case write = "written"
    case lock = "locked"
  }
}

extension FileError: CustomStringConvertible {
  public var description: String {
    if let limit {
      return "\(path): is larger than \(limit.bytes >> 20) MB, \(limit.reason)"
    }
    return switch (code, action) {
    case (ENOENT, .open): "\(path): there is no such file"
    case (EISDIR, _): "\(path): is a folder; name a file"
    case (ENOTDIR, .create), (EEXIST, .create):
      "\(path): cannot be created: a file is in the place of a folder"
    case (EWOULDBLOCK, .lock):
      "\(path): another camreport is writing into this folder; wait for it, or name another folder"
    case (ESTALE, .read): "\(path): changed while it was read"
    case (ENOSPC, _): "\(path): cannot be \(action.rawValue): the disk is full"
    default: "\(path): cannot be \(action.rawValue): \(String(cString: strerror(code)))"
    }
  }
}
