import Plot

/// Something as wide as the text and of a known height, to be put on a page.
struct FlowItem {
  var height: Double
  /// The space above the item, in points, which is left out at the top of a page.
  var spaceBefore = 0.0
  /// Whether the item must not be the last on its page.
  var keepsWithNext = false
  /// A bookmark's and a link's destination.
  var destination: String?
  /// The part of the document that begins here, for the running head.
  var part: String?
  /// What is drawn again above the item where it begins a page: a table's head.
  var head: (height: Double, draw: Drawing)?
  let draw: Drawing

  typealias Drawing = (_ canvas: Canvas, _ x: Double, _ y: Double) throws -> Void
}

/// Items put on pages in order.
struct Pagination {
  struct Page {
    var placed: [(y: Double, draw: FlowItem.Drawing)] = []
    /// The part that the page's first item belongs to.
    var part = ""
  }

  private(set) var pages: [Page] = []
  /// The page, counted from 0, and the height on it of each destination.
  private(set) var destinations: [String: (page: Int, y: Double)] = [:]
  private let height: Double
  private var y = 0.0
  private var part = ""

  /// - Parameter height: of a page's text.
  init(_ items: [FlowItem], height: Double) {
    self.height = height
    var index = 0
    while index < items.count {
      // Items that must stay together, and the one that they lead to.
      var end = index
      while end < items.count - 1, items[end].keepsWithNext { end += 1 }
      place(Array(items[index...end]))
      index = end + 1
    }
  }

  private mutating func place(_ group: [FlowItem]) {
    let needed = group.reduce(0) { $0 + $1.height + $1.spaceBefore } - group[0].spaceBefore
    let startsPage = pages.isEmpty || y + group[0].spaceBefore + needed > height
    if startsPage { turn() }
    for item in group {
      if let part = item.part {
        self.part = part
        if pages[pages.count - 1].placed.isEmpty { pages[pages.count - 1].part = part }
      }
      // A group higher than a page is broken where it must be.
      if y > 0, y + item.spaceBefore + item.height > height { turn() }
      if y > 0 {
        y += item.spaceBefore
      } else if let head = item.head {
        add(head.draw, head.height)
      }
      if let destination = item.destination {
        destinations[destination] = (pages.count - 1, y)
      }
      add(item.draw, item.height)
    }
  }

  private mutating func turn() {
    pages.append(Page(part: part))
    y = 0
  }

  private mutating func add(_ draw: @escaping FlowItem.Drawing, _ height: Double) {
    pages[pages.count - 1].placed.append((y, draw))
    y += height
  }
}

extension Pagination {
  /// Makes the pages of a document, numbered from 1.
  /// - Parameter head: the running head.
  func draw(on document: PDFDocument, head: String, _ style: PageStyle) throws {
    let canvas = document.canvas
    for (index, page) in pages.enumerated() {
      PageMargins(head: head, part: page.part, number: index + 1, style: style).draw(on: canvas)
      for (name, place) in destinations where place.page == index {
        canvas.destination(name, x: style.margin, y: style.top + place.y)
      }
      for item in page.placed { try item.draw(canvas, style.margin, style.top + item.y) }
      document.label("\(index + 1)")
      try document.endPage()
    }
  }
}
