import Foundation
import Plot

/// A picture as a page holds it: a `data:` address, and the size at which it is shown.
struct PagePicture {
  let address: FieldValue
  let width: Int
  let height: Int

  init(_ picture: StepFigure.Picture) {
    address = .bytes([
      Array("data:\(picture.mediaType);base64,".utf8), Self.base64(picture.bytes),
    ])
    (width, height) = (picture.width, picture.height)
  }

  /// SVG, which is text and holds pictures in Base64 already, stays text.
  init(_ file: SVGFile, _ figure: some Figure) {
    var parts = [Array("data:image/svg+xml,".utf8)]
    for part in file.parts {
      switch part {
      case .text(let text): parts.append(Self.percentEncoded(text))
      case .base64(let bytes): parts.append(Self.base64(bytes))
      }
    }
    address = .bytes(parts)
    (width, height) = figure.pixels
  }

  private static func base64(_ bytes: [UInt8]) -> [UInt8] {
    [UInt8](Data(bytes).base64EncodedData())
  }

  /// What an address may not hold as it is becomes `%` and two digits. Base64 has nothing of the kind.
  private static func percentEncoded(_ text: String) -> [UInt8] {
    let digits = Array("0123456789ABCDEF".utf8)
    var text = text
    return text.withUTF8 { text in
      [UInt8](unsafeUninitializedCapacity: text.count * 3) { target, count in
        isKept.withUnsafeBufferPointer { isKept in
          for byte in text {
            if isKept[Int(byte)] {
              target[count] = byte
              count += 1
            } else {
              target[count] = UInt8(ascii: "%")
              target[count + 1] = digits[Int(byte >> 4)]
              target[count + 2] = digits[Int(byte & 15)]
              count += 3
            }
          }
        }
      }
    }
  }

  /// Letters, digits, and the signs that addresses and attributes in quotes leave alone.
  private static let isKept: [Bool] = {
    var kept = [Bool](repeating: false, count: 256)
    let signs = "-._~!$'()*+,;=:@/?"
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    for byte in (letters + signs).utf8 { kept[Int(byte)] = true }
    return kept
  }()
}
