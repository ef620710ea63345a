import Foundation

/// An SVG file: text, and in it the files of pictures as Base64.
public struct SVGFile: Sendable {
  public enum Part: Sendable {
    case text(String)
    /// A file whose Base64 stands here.
    case base64(of: [UInt8])
  }

  public let parts: [Part]

  /// The whole file.
  public var text: String {
    parts.map { part in
      switch part {
      case .text(let text): text
      case .base64(let bytes): Data(bytes).base64EncodedString()
      }
    }.joined()
  }
}
