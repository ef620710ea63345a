import CAMNet
import Crypto
import Foundation
import Synchronization

/// What frozen layers gave of photos, kept on disk from one training to the next: a file for each photo, named by the hash of all
/// that it follows from, in a folder of the user's caches.
///
/// A file is the SHA-256 of its values, and the values as float32. What is not so, or cannot be read or written, is as though it was
/// not there. No more than ``limit`` bytes are kept; the files that were used longest ago go first.
public final class FeatureCache: Sendable {
  /// The most bytes that are kept, 1 GB.
  public static let limit = 1 << 30

  private let folder: String
  private let limit: Int
  /// How many bytes the folder holds as far as is known; nil before it was looked at.
  private let size = Mutex<Int?>(nil)

  /// The cache of this user, `$XDG_CACHE_HOME/camreport/features` or `~/.cache/camreport/features`; nil where neither is known.
  public static var user: FeatureCache? {
    let environment = ProcessInfo.processInfo.environment
    // The specification takes paths that are not absolute for none.
    let own = environment["XDG_CACHE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
    let home = environment["HOME"].flatMap { $0.hasPrefix("/") ? "\($0)/.cache" : nil }
    return (own ?? home).map { FeatureCache(folder: "\($0)/camreport/features") }
  }

  public init(folder: String, limit: Int = FeatureCache.limit) {
    self.folder = folder
    self.limit = limit
  }

  /// The values kept under a key, in tensors of these shapes; nil where there are none.
  func tensors(_ key: String, shapes: [Shape]) -> [Tensor]? {
    let path = path(key)
    let count = shapes.reduce(0) { $0 + $1.elementCount }
    guard let file = try? FileBytes(contentsOf: path), file.count == SHA256.byteCount + 4 * count
    else { return nil }
    let tensors = file.withUnsafeBytes { bytes -> [Tensor]? in
      let values = UnsafeRawBufferPointer(rebasing: bytes[SHA256.byteCount...])
      var hash = SHA256()
      hash.update(bufferPointer: values)
      guard hash.finalize().elementsEqual(bytes[..<SHA256.byteCount]) else { return nil }
      var start = 0
      return shapes.map { shape in
        let range = start..<start + shape.elementCount * 4
        start = range.upperBound
        return Tensor(shape: shape) { target in
          UnsafeMutableRawBufferPointer(target).copyMemory(
            from: UnsafeRawBufferPointer(rebasing: values[range]))
        }
      }
    }
    // Its time says when it was used last.
    if tensors != nil { utimensat(AT_FDCWD, path, nil, 0) }
    return tensors
  }

  func keep(_ tensors: [Tensor], _ key: String) {
    var values: [UInt8] = []
    for tensor in tensors {
      tensor.withUnsafeElements { values += UnsafeRawBufferPointer($0) }
    }
    let bytes = Array(SHA256.hash(data: values)) + values
    makeRoom(for: bytes.count)
    guard bytes.count <= limit, (try? AtomicFile.prepareFolder(folder)) != nil else { return }
    // Half a file is as good as none, and two processes that write one write the same.
    let descriptor = open(path(key), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { return }
    _ = bytes.withUnsafeBytes { AtomicFile.writeAll($0, descriptor) }
    close(descriptor)
  }

  private func path(_ key: String) -> String { "\(folder)/\(key)" }

  /// Removes what was used longest ago where some bytes more would be too many.
  private func makeRoom(for bytes: Int) {
    size.withLock { size in
      let before = size ?? files().reduce(0) { $0 + $1.size }
      size = before + bytes
      guard before + bytes > limit else { return }
      var left = 0
      // A half goes at once, so that the folder is not looked through for each photo.
      for file in files().sorted(by: { $0.time > $1.time }) {
        if left + file.size + bytes > max(limit / 2, bytes) {
          unlink(path(file.name))
        } else {
          left += file.size
        }
      }
      size = left + bytes
    }
  }

  private func files() -> [(name: String, size: Int, time: Double)] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.compactMap { name in
      var status = stat()
      guard stat(path(name), &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
      let time = Double(status.st_mtim.tv_sec) + Double(status.st_mtim.tv_nsec) * 1e-9
      return (name, Int(status.st_size), time)
    }
  }
}
