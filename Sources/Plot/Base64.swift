/// Bytes as text (RFC 4648).
public enum Base64 {
  private static let digits = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
  /// The two digits of each twelve bits, the first in the lower byte.
  private static let pairs: [UInt16] = (0..<4096).map {
    UInt16(digits[$0 >> 6]) | UInt16(digits[$0 & 63]) << 8
  }

  public static func text(_ bytes: [UInt8]) -> String {
    String(unsafeUninitializedCapacity: length(bytes.count)) { write(bytes, to: $0) }
  }

  /// The text's bytes, which are ASCII.
  public static func ascii(_ bytes: [UInt8]) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: length(bytes.count)) { $1 = write(bytes, to: $0) }
  }

  static func length(_ count: Int) -> Int { (count + 2) / 3 * 4 }

  private static func write(
    _ bytes: [UInt8], to target: UnsafeMutableBufferPointer<UInt8>
  ) -> Int {
    guard let memory = UnsafeMutableRawPointer(target.baseAddress) else { return 0 }
    pairs.withUnsafeBufferPointer { pairs in
      bytes.withUnsafeBufferPointer { bytes in
        for group in 0..<bytes.count / 3 {
          let index = group &* 3
          let (first, second, third) = (
            Int(bytes[index]), Int(bytes[index &+ 1]), Int(bytes[index &+ 2])
          )
          let low = UInt32(pairs[first << 4 | second >> 4])
          let high = UInt32(pairs[(second & 15) << 8 | third])
          memory.storeBytes(
            of: (low | high << 16).littleEndian, toByteOffset: group &* 4, as: UInt32.self)
        }
      }
    }
    let whole = bytes.count / 3
    let rest = bytes[(whole * 3)...].map(Int.init)
    if let first = rest.first {
      let second = rest.count > 1 ? rest[1] : 0
      target[whole * 4] = digits[first >> 2]
      target[whole * 4 + 1] = digits[(first & 3) << 4 | second >> 4]
      target[whole * 4 + 2] = rest.count > 1 ? digits[(second & 15) << 2] : UInt8(ascii: "=")
      target[whole * 4 + 3] = UInt8(ascii: "=")
    }
    return length(bytes.count)
  }
}
