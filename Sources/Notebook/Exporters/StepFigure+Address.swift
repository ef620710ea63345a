import Plot

extension StepFigure.Picture {
  /// The picture as a `data:` address, in ASCII. SVG, which is text and holds pictures in Base64 already, stays text.
  var address: [UInt8] {
    mediaType == "image/svg+xml"
      ? Array("data:\(mediaType),".utf8) + Self.percentEncoded(bytes)
      : Array("data:\(mediaType);base64,".utf8) + Base64.ascii(bytes)
  }

  /// What an address may not hold as it is becomes `%` and two digits.
  private static func percentEncoded(_ bytes: [UInt8]) -> [UInt8] {
    let digits = Array("0123456789ABCDEF".utf8)
    let isKept = Self.isKept
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count + 8192)
    // What is kept comes in long runs.
    var rest = bytes[...]
    while !rest.isEmpty {
      let run = rest.prefix { isKept[Int($0)] }
      result += run
      rest = rest[run.endIndex...]
      guard let byte = rest.popFirst() else { break }
      result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
    return result
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
