import Plot

extension StepFigure.Picture {
  /// The picture as a `data:` address. SVG, which is text and holds pictures in Base64 already, stays text.
  var address: String {
    guard mediaType == "image/svg+xml" else {
      return "data:\(mediaType);base64,\(Base64.text(bytes))"
    }
    return "data:image/svg+xml,\(Self.percentEncoded(bytes))"
  }

  /// What an address may not hold as it is becomes `%` and two digits.
  private static func percentEncoded(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    let isKept = Self.isKept
    let encoded = bytes.count { !isKept[Int($0)] }
    return String(unsafeUninitializedCapacity: bytes.count + 2 * encoded) { target in
      var next = 0
      for byte in bytes {
        if isKept[Int(byte)] {
          target[next] = byte
          next += 1
        } else {
          target[next] = UInt8(ascii: "%")
          target[next + 1] = digits[Int(byte >> 4)]
          target[next + 2] = digits[Int(byte & 15)]
          next += 3
        }
      }
      return next
    }
  }

  /// Letters, digits, and the signs that addresses and attributes in quotes leave alone.
  private static let isKept: [Bool] = {
    var kept = [Bool](repeating: false, count: 256)
    let signs = "-._~!$()*+,;=:@/?"
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    for byte in (letters + signs).utf8 { kept[Int(byte)] = true }
    return kept
  }()
}
