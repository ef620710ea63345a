import Foundation
import Plot

extension StepFigure.Picture {
  /// The picture as a `data:` address, in ASCII. SVG, which is text and holds pictures in Base64 already, stays text.
  var address: [UInt8] {
    let isSVG = mediaType == "image/svg+xml"
    var address = Array("data:\(mediaType)\(isSVG ? "" : ";base64"),".utf8)
    if isSVG {
      Self.percentEncode(bytes, into: &address)
    } else {
      address += Data(bytes).base64EncodedData()
    }
    return address
  }

  /// What an address may not hold as it is becomes `%` and two digits.
  private static func percentEncode(_ bytes: [UInt8], into result: inout [UInt8]) {
    let digits = Array("0123456789ABCDEF".utf8)
    result.reserveCapacity(result.count + bytes.count + 8192)
    isKept.withUnsafeBufferPointer { isKept in
      bytes.withUnsafeBufferPointer { bytes in
        func keeps(_ index: Int) -> Bool { isKept[Int(bytes[index])] }
        // What is kept comes in long runs, which are looked through by fours.
        var (start, index) = (0, 0)
        while index < bytes.count {
          if index + 4 <= bytes.count, keeps(index), keeps(index + 1), keeps(index + 2),
            keeps(index + 3)
          {
            index += 4
            continue
          }
          if !keeps(index) {
            let byte = bytes[index]
            result += bytes[start..<index]
            result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            start = index + 1
          }
          index += 1
        }
        result += bytes[start...]
      }
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
