/// A drawing as SVG text. Pictures are in their own resolution, and whoever shows the drawing sets its text.
struct SVGDrawing: Drawing {
  private var parts: [SVGFile.Part] = []
  /// What follows the last part.
  private var text = ""
  private var atlases = 0
  /// Makes a JPEG of a photo; nil for PNG.
  private let jpeg: ((Raster) throws -> [UInt8])?

  init(size: (width: Double, height: Double), jpeg: ((Raster) throws -> [UInt8])?) {
    self.jpeg = jpeg
    add(
      """
      <svg xmlns='http://www.w3.org/2000/svg' width='\(fixed(size.width))' \
      height='\(fixed(size.height))' viewBox='0 0 \(fixed(size.width)) \(fixed(size.height))' \
      font-family='\(Self.fonts)'>
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

  mutating func stroke(
    _ points: [(x: Double, y: Double)], color: Color, width: Double, isDashed: Bool
  ) {
    let places = points.map { "\(fixed($0.x)),\(fixed($0.y))" }.joined(separator: " ")
    let dashes = isDashed ? " stroke-dasharray='4'" : ""
    add(
      """
      <polyline points='\(places)' fill='none' stroke='\(color.hex)' \
      stroke-width='\(fixed(width))' stroke-linejoin='round'\(dashes)/>
      """)
  }

  mutating func dot(_ center: (x: Double, y: Double), radius: Double, color: Color) {
    add(
      """
      <circle cx='\(fixed(center.x))' cy='\(fixed(center.y))' r='\(fixed(radius))' \
      fill='\(color.hex)'/>
      """)
  }

  mutating func draw(
    _ raster: Raster, x: Double, y: Double, width: Double, height: Double, isCrisp: Bool
  ) throws {
    let start = "<image \(frame(x, y, width, height))"
    if !isCrisp, let jpeg {
      addPicture(try jpeg(raster), "image/jpeg", start, isCrisp: false)
    } else {
      addPicture(try raster.pngData(isPhoto: !isCrisp), "image/png", start, isCrisp: isCrisp)
    }
  }

  /// The maps are windows on one picture, and the labels one group.
  mutating func draw(
    _ tiles: [PlacedTile], colormap: Colormap, labels font: Font, color: Color
  ) throws {
    guard !tiles.isEmpty else { return }
    let atlas = try TileAtlas(tiles, colormap: colormap)
    atlases += 1
    let name = "p\(atlases)"
    addPicture(
      atlas.png, "image/png",
      "<defs><image id='\(name)' width='\(atlas.width)' height='\(atlas.height)'",
      isCrisp: atlas.isCrisp)
    add("</defs>")
    for (tile, window) in zip(tiles, atlas.windows) {
      add(
        """
        <svg \(frame(tile.x, tile.y, tile.width, tile.height)) \
        viewBox='0 \(window.top) \(window.width) \(window.height)' \
        preserveAspectRatio='none'><use href='#\(name)'/></svg>
        """)
    }
    add("<g text-anchor='middle' \(style(font, color))>")
    for placed in tiles {
      let (text, place) = (placed.tile.label, placed.label)
      // DejaVu's digits are 0.636 of its size wide; to measure would take longer than all the rest.
      let isLonger = Double(text.count) * font.size * 0.636 > place.width
      addText(text, font, x: place.x, y: place.y, squeezedTo: isLonger ? place.width : nil)
    }
    add("</g>")
  }

  mutating func draw(
    _ text: String, font: Font, color: Color, x: Double, y: Double,
    alignment: TextLayout.Alignment, width: Double?
  ) {
    let isLonger = width.map { size(of: text, font: font).width > $0 } ?? false
    addText(
      text, font, x: x, y: y, squeezedTo: isLonger ? width : nil,
      " text-anchor='\(alignment.anchor)' \(style(font, color))")
  }

  /// The browser wraps and cuts the text.
  mutating func draw(
    title: String, font: Font, color: Color, x: Double, bottom: Double, width: Double, lines: Int
  ) {
    add(
      """
      <foreignObject \(frame(x, 0, width, bottom))\(variant(font))>\
      <div xmlns='http://www.w3.org/1999/xhtml' \
      style='display:flex;height:100%;align-items:end;justify-content:center'>\
      <div style='display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:\(lines);\
      overflow:hidden;text-align:center;font-size:\(fixed(font.size))px;line-height:1.17;\
      color:\(color.hex)'>\(escaped(title))</div></div></foreignObject>
      """)
  }

  mutating func draw(_ figure: some Figure, x: Double, y: Double, width: Double) throws {
    let size = figure.size
    let frame = frame(x, y, width, width * size.height / size.width)
    add("<svg \(frame) viewBox='0 0 \(fixed(size.width)) \(fixed(size.height))'>")
    try figure.draw(on: &self)
    add("</svg>")
  }

  func size(of text: String, font: Font) -> (width: Double, height: Double) {
    TextLayout(text, font: font).size
  }

  /// Adds an element that shows a picture, of which `start` is all but that.
  private mutating func addPicture(
    _ bytes: [UInt8], _ mediaType: String, _ start: String, isCrisp: Bool
  ) {
    add(start + " preserveAspectRatio='none'")
    if isCrisp { add(" style='image-rendering:pixelated'") }
    parts.append(.text(text + " href='data:\(mediaType);base64,"))
    parts.append(.base64(of: bytes))
    text = "'/>"
  }

  /// Adds a line of text, its top at `y`.
  private mutating func addText(
    _ line: String, _ font: Font, x: Double, y: Double, squeezedTo width: Double?,
    _ attributes: String = ""
  ) {
    let squeezed =
      width.map { " textLength='\(fixed($0))' lengthAdjust='spacingAndGlyphs'" } ?? ""
    // What of DejaVu is above the line is 0.93 of its size.
    add("<text x='\(fixed(x))' y='\(fixed(y + font.size * 0.93))'\(squeezed)\(attributes)>")
    add(escaped(line))
    add("</text>")
  }

  private func frame(_ x: Double, _ y: Double, _ width: Double, _ height: Double) -> String {
    "x='\(fixed(x))' y='\(fixed(y))' width='\(fixed(width))' height='\(fixed(height))'"
  }

  private func style(_ font: Font, _ color: Color) -> String {
    "font-size='\(fixed(font.size))' fill='\(color.hex)'\(variant(font))"
  }

  /// What makes a font another one than the drawing's.
  private func variant(_ font: Font) -> String {
    (font.isBold ? " font-weight='bold'" : "")
      + (font.isMonospaced ? " font-family='DejaVu Sans Mono,monospace'" : "")
  }
}

extension TextLayout.Alignment {
  /// SVG's word for it.
  fileprivate var anchor: String {
    switch self {
    case .left: "start"
    case .center: "middle"
    case .right: "end"
    }
  }
}

private func escaped(_ text: String) -> String {
  var result = ""
  for letter in text.visible.unicodeScalars {
    switch letter {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    default: result.unicodeScalars.append(letter)
    }
  }
  return result
}

/// A length with two digits after the point, where it has any.
private func fixed(_ value: Double) -> String {
  let hundredths = Int((value * 100).rounded())
  let (whole, rest) = hundredths.magnitude.quotientAndRemainder(dividingBy: 100)
  let sign = hundredths < 0 ? "-" : ""
  if rest == 0 { return "\(sign)\(whole)" }
  return "\(sign)\(whole).\(rest % 10 == 0 ? "\(rest / 10)" : rest < 10 ? "0\(rest)" : "\(rest)")"
}
