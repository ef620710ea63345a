import Glibc
import Synchronization

/// A folder that no other camreport writes into for as long as this object lives, so that what two runs write never mixes. The
/// system releases it when a process ends, however it ends.
package final class FolderLock: Sendable {
  private struct Identity: Hashable {
    let device: dev_t
    let inode: ino_t
  }

  private struct Hold {
    let descriptor: Int32
    var users: Int
  }

  /// The folders that this process holds, each once, whoever in it asks and under which name.
  private static let holds = Mutex<[Identity: Hold]>([:])

  /// Nil where the folder's file system knows no locks, or the folder may be written into but not read.
  private let identity: Identity?

  /// Makes the folder where it is missing, and locks it.
  /// - Throws: ``FileError`` where it cannot be made or written into, or another process holds it.
  package init(_ path: String) throws(FileError) {
    try AtomicFile.prepareFolder(path)
    identity = try Self.holds.withLock { holds throws(FileError) -> Identity? in
      let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      var status = stat()
      guard descriptor >= 0, fstat(descriptor, &status) == 0 else {
        close(descriptor)
        return nil
      }
      let identity = Identity(device: status.st_dev, inode: status.st_ino)
      if holds[identity] != nil {
        close(descriptor)
        holds[identity]?.users += 1
        return identity
      }
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
        let code = errno
        close(descriptor)
        if code == EWOULDBLOCK { throw FileError(path: path, action: .lock, code: code) }
        return nil
      }
      holds[identity] = Hold(descriptor: descriptor, users: 1)
      return identity
    }
  }

  deinit {
    guard let identity else { return }
    Self.holds.withLock { holds in
      guard let hold = holds[identity] else { return }
      if hold.users > 1 {
        holds[identity]?.users -= 1
      } else {
        close(hold.descriptor)
        holds[identity] = nil
      }
    }
  }
}
