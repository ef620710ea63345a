import CAMNet
import Crypto

/// SHA-256, as lowercase hexadecimal digits.
package enum Hashing {
  package static func sha256(_ file: FileBytes) -> String { sha256([file]) }

  /// The hash of files' bytes, one file behind the other.
  package static func sha256(_ files: [FileBytes]) -> String {
    var hash = SHA256()
    for file in files {
      file.withUnsafeBytes { bytes in
        // A weights file is large, and is not to be in memory as a whole for its hash.
        let part = 1 << 22
        for start in stride(from: 0, to: bytes.count, by: part) {
          let range = start..<min(start + part, bytes.count)
          hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: bytes[range]))
          file.forget(range)
        }
      }
    }
    return hash.finalize().hexadecimal
  }

  package static func sha256(_ bytes: [UInt8]) -> String { SHA256.hash(data: bytes).hexadecimal }

  /// The hash of texts in order, a line end after each.
  package static func sha256(_ texts: [String]) -> String {
    var hash = SHA256()
    for text in texts { hash.update(data: Array((text + "\n").utf8)) }
    return hash.finalize().hexadecimal
  }
}

extension Digest {
  package var hexadecimal: String {
    map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
