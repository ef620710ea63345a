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

/// A drawing as SVG text, in points from the top left: what a ``Canvas`` is for pixels and paper.
///
/// It brings pictures in their own resolution, and leaves setting text to whoever shows it.
struct SVGDrawing {
  private var parts: [SVGFile.Part] = []
  /// What follows the last part.
  private var text = ""
  private var pictures = 0

  init(width: Double, height: Double) {
    add(
      """
      <svg xmlns='http://www.w3.org/2000/svg' width='\(fixed(width))' height='\(fixed(height))' \
      viewBox='0 0 \(fixed(width)) \(fixed(height))' font-family='\(Self.fonts)'>
      """)
  }

  private static let fonts = "DejaVu Sans,Verdana,Noto Sans CJK KR,NanumGothic,sans-serif"

  var file: SVGFile { SVGFile(parts: parts + [.text(text + "</svg>")]) }

  private mutating func add(_ string: String) {
    text += string
  }

  mutating func fill(_ color: Color, x: Double, y: Double, width: Double, height: Double) {
    add("<rect \(frame(x, y, width, height)) fill='\(color.hex)'/>")
  }

  /// Draws a picture into a rectangle; enlarged pixels stay crisp squares where `isCrisp`.
  mutating func draw(
    _ picture: SVGPicture, x: Double, y: Double, width: Double, height: Double, isCrisp: Bool
  ) {
    add(picture, "<image \(frame(x, y, width, height))", isCrisp)
  }

  /// Pictures that lie in one, to draw parts of it.
  /// - Returns: what to call it.
  mutating func define(_ picture: SVGPicture, isCrisp: Bool) -> String {
    pictures += 1
    let name = "p\(pictures)"
    let size = "width='\(picture.width)' height='\(picture.height)'"
    add(picture, "<defs><image id='\(name)' \(size)", isCrisp)
    add("</defs>")
    return name
  }

  /// Draws the rows of a defined picture that begin at `top` into a rectangle.
  mutating func draw(
    _ name: String, top: Int, columns: Int, rows: Int, x: Double, y: Double, width: Double,
    height: Double
  ) {
    add(
      """
      <svg \(frame(x, y, width, height)) viewBox='0 \(top) \(columns) \(rows)' \
      preserveAspectRatio='none'><use href='#\(name)'/></svg>
      """)
  }

  /// Draws lines of text, each centred in `width` from its x, its top at its y; one that is longer is squeezed to the width.
  mutating func draw(
    labels: [(text: String, x: Double, y: Double)], size: Double, color: Color, width: Double
  ) {
    add("<g text-anchor='middle' font-size='\(fixed(size))' fill='\(color.hex)'>")
    for label in labels {
      // DejaVu's digits are 0.636 of its size wide, and what is above the line 0.93.
      let squeezed =
        Double(label.text.count) * size * 0.636 > width
        ? " textLength='\(fixed(width))' lengthAdjust='spacingAndGlyphs'" : ""
      add("<text x='\(fixed(label.x + width / 2))' y='\(fixed(label.y + size * 0.93))'\(squeezed)>")
      add(Self.escaped(label.text))
      add("</text>")
    }
    add("</g>")
  }

  /// Draws text centred in `width`, wrapped to it and cut with an ellipsis after `lines` lines, above `y`.
  mutating func draw(
    title: String, size: Double, color: Color, x: Double, y: Double, width: Double, lines: Int
  ) {
    add(
      """
      <foreignObject \(frame(x, 0, width, y))><div xmlns='http://www.w3.org/1999/xhtml' \
      style='display:flex;height:100%;align-items:end;justify-content:center'>\
      <div style='display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:\(lines);\
      overflow:hidden;text-align:center;font-size:\(fixed(size))px;line-height:1.17;\
      color:\(color.hex)'>\(Self.escaped(title))</div></div></foreignObject>
      """)
  }

  /// Adds an element that shows a picture, of which `start` is all but that.
  private mutating func add(_ picture: SVGPicture, _ start: String, _ isCrisp: Bool) {
    add(start + " preserveAspectRatio='none'")
    if isCrisp { add(" style='image-rendering:pixelated'") }
    parts.append(.text(text + " href='data:\(picture.mediaType);base64,"))
    parts.append(.base64(of: picture.bytes))
    text = "'/>"
  }

  private func frame(_ x: Double, _ y: Double, _ width: Double, _ height: Double) -> String {
    "x='\(fixed(x))' y='\(fixed(y))' width='\(fixed(width))' height='\(fixed(height))'"
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for letter in text.unicodeScalars {
      switch letter {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      default: result.unicodeScalars.append(letter)
      }
    }
    return result
  }
}

/// A picture's file inside a drawing.
struct SVGPicture {
  let bytes: [UInt8]
  let mediaType: String
  let width: Int
  let height: Int
}

/// A length with two digits after the point, where it has any.
private func fixed(_ value: Double) -> String {
  let hundredths = Int((value * 100).rounded())
  let (whole, rest) = hundredths.magnitude.quotientAndRemainder(dividingBy: 100)
  let sign = hundredths < 0 ? "-" : ""
  if rest == 0 { return "\(sign)\(whole)" }
  return "\(sign)\(whole).\(rest % 10 == 0 ? "\(rest / 10)" : rest < 10 ? "0\(rest)" : "\(rest)")"
}
