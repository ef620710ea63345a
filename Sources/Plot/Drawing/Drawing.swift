/// What figures are drawn with: lengths are points, places are from the top left, `x` to the right and `y` down.
///
/// A ``Canvas`` makes pixels and paper of it, ``Figure/svg(jpeg:)`` a picture for a page.
public protocol Drawing {
  /// Fills a rectangle.
  mutating func fill(_ color: Color, x: Double, y: Double, width: Double, height: Double)

  /// Draws straight lines from point to point; nothing where there are no points.
  mutating func stroke(
    _ points: [(x: Double, y: Double)], color: Color, width: Double, isDashed: Bool)

  /// Draws a disc.
  mutating func dot(_ center: (x: Double, y: Double), radius: Double, color: Color)

  /// Draws a picture into a rectangle; enlarged pixels stay crisp squares where `isCrisp`.
  /// - Throws: what stands in the way of drawing it, or of making a file of it.
  mutating func draw(
    _ raster: Raster, x: Double, y: Double, width: Double, height: Double, isCrisp: Bool
  ) throws

  /// Draws maps in a colormap's colours, each with its label; enlarged pixels are crisp squares.
  /// - Throws: what stands in the way of drawing the maps, or of making a file of them.
  mutating func draw(
    _ tiles: [PlacedTile], colormap: Colormap, labels font: Font, color: Color
  ) throws

  /// Draws one line of text.
  /// - Parameters:
  ///   - x: where the text begins, has its middle or ends, as `alignment` says.
  ///   - y: the top of the line.
  ///   - width: what a longer text is cut or squeezed to; nil for as long as it is.
  mutating func draw(
    _ text: String, font: Font, color: Color, x: Double, y: Double,
    alignment: TextLayout.Alignment, width: Double?)

  /// Draws text centred in `width` and wrapped to it, cut with an ellipsis after `lines` lines, the last of which ends at
  /// `bottom`.
  mutating func draw(
    title: String, font: Font, color: Color, x: Double, bottom: Double, width: Double, lines: Int)

  /// Draws a figure `width` wide, its proportions kept.
  /// - Throws: what the figure's own drawing throws.
  mutating func draw(_ figure: some Figure, x: Double, y: Double, width: Double) throws

  /// The space that one line of text takes.
  func size(of text: String, font: Font) -> (width: Double, height: Double)
}

/// A map in a drawing, and its label.
public struct PlacedTile: Sendable {
  public let tile: Mosaic.Tile
  /// The rectangle that the map fills.
  public let x: Double
  public let y: Double
  public let width: Double
  public let height: Double
  /// Where the label is: its middle, its top, and what a longer one is cut or squeezed to.
  public let label: (x: Double, y: Double, width: Double)

  /// Whether the map's pixels are enlarged, and so shown as squares.
  var isCrisp: Bool { width >= Double(tile.width) }
}
