import CAMNet
import Crypto

/// SHA-256, as lowercase hexadecimal digits.
enum Hashing {
  static func sha256(_ file: FileBytes) -> String {
    file.withUnsafeBytes { bytes in
      var hash = SHA256()
      hash.update(bufferPointer: bytes)
      return hash.finalize().hexadecimal
    }
  }

  /// Of texts in order, a line end after each.
  static func sha256(_ texts: [String]) -> String {
    var hash = SHA256()
    for text in texts { hash.update(data: Array((text + "\n").utf8)) }
    return hash.finalize().hexadecimal
  }
}

extension Digest {
  var hexadecimal: String {
    map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
