import Foundation
import Plot

extension StepFigure.Picture {
  /// The picture as a `data:` address, in ASCII. SVG, which is text and holds pictures in Base64 already, stays text.
  var address: [UInt8] {
    mediaType == "image/svg+xml"
      ? Array("data:\(mediaType),".utf8) + Self.percentEncoded(bytes)
      : Array("data:\(mediaType);base64,".utf8) + Data(bytes).base64EncodedData()
  }

  /// What an address may not hold as it is becomes `%` and two digits.
  private static func percentEncoded(_ bytes: [UInt8]) -> [UInt8] {
    let digits = Array("0123456789ABCDEF".utf8)
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count + 8192)
    isKept.withUnsafeBufferPointer { isKept in
      bytes.withUnsafeBufferPointer { bytes in
        // What is kept comes in long runs.
        var start = 0
        for (index, byte) in bytes.enumerated() where !isKept[Int(byte)] {
          result += bytes[start..<index]
          result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
          start = index + 1
        }
        result += bytes[start...]
      }
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
