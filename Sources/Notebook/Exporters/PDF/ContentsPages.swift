import Plot

/// The contents: parts and steps with their pages, each a link.
struct ContentsPages {
  struct Entry {
    let title: String
    let destination: String
    let isPart: Bool
  }

  private struct Place {
    let entry: Entry
    let layout: TextLayout
    let page: Int
    let y: Double
  }

  let pages: Int
  private let places: [Place]
  private let title: TextLayout
  private let canvas: Canvas
  private let style: PageStyle

  init(_ entries: [Entry], title: String, canvas: Canvas, style: PageStyle) {
    self.canvas = canvas
    self.style = style
    self.title = canvas.layout(title, font: Font(size: 16, isBold: true), width: style.textWidth)
    var places: [Place] = []
    var (page, y) = (0, self.title.height + 14)
    for entry in entries {
      let layout = canvas.layout(
        entry.title, font: Font(size: 8.5, isBold: entry.isPart), width: style.textWidth - 44,
        limit: 1)
      let space = entry.isPart ? 8.0 : 0
      if y + space + layout.height > style.textHeight {
        page += 1
        y = 0
      }
      y += space
      places.append(Place(entry: entry, layout: layout, page: page, y: y))
      y += layout.height + 2.4
    }
    self.places = places
    pages = page + 1
  }

  /// - Parameter number: the page that a destination is on.
  func draw(_ page: Int, number: (String) -> Int?) throws {
    if page == 0 {
      canvas.draw(title, color: style.ink, x: style.margin, y: style.top)
    }
    for place in places where place.page == page {
      let y = style.top + place.y
      let indent = place.entry.isPart ? 0.0 : 12
      let digits = canvas.layout(
        number(place.entry.destination).map { "\($0)" } ?? "", font: Font(size: 8.5), width: 30,
        alignment: .right)
      let right = style.margin + style.textWidth - 30
      try canvas.link(to: place.entry.destination) {
        canvas.draw(place.layout, color: style.ink, x: style.margin + indent, y: y)
        canvas.draw(digits, color: style.ink, x: right, y: y)
      }
      let start = style.margin + indent + place.layout.width + 5
      let width = right + 30 - digits.width - start
      if width > 12, !place.entry.isPart {
        canvas.fill(
          style.line, x: start, y: y + place.layout.height - 3, width: right + 14 - start,
          height: 0.4)
      }
    }
  }
}
