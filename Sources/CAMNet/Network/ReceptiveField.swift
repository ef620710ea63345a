/// The part of the input photo that a value of a layer can depend on: Araujo, Norris and Sim, "Computing Receptive Fields of
/// Convolutional Neural Networks", Distill 2019.
///
/// All places of a layer see fields of one size, each a stride from its neighbour's. A field may reach beyond the photo, where
/// padding stands.
public struct ReceptiveField: Sendable, Hashable {
  public let vertical: Extent
  public let horizontal: Extent

  /// A receptive field along one axis, in pixels of the network's input.
  public struct Extent: Sendable, Hashable {
    /// The first pixel that the first place sees, from 0; negative in padding.
    public let start: Int
    /// How many pixels each place sees, of which some may be left out by strides and dilation.
    public let size: Int
    /// How many pixels further on the next place's field begins.
    public let stride: Int

    /// The middle of the first place's field, in pixels from the photo's edge: 0.5 is the middle of the first pixel.
    public var center: Double { Double(start) + Double(size) / 2 }

    /// The pixels that a place, counted from 0, sees.
    public func pixels(of place: Int) -> Range<Int> {
      start + place * stride..<start + place * stride + size
    }
  }

  /// The field of the input itself: each place is a pixel.
  static let pixel = ReceptiveField(
    vertical: Extent(start: 0, size: 1, stride: 1), horizontal: Extent(start: 0, size: 1, stride: 1)
  )

  /// `43 × 43`, height first.
  public var size: String { "\(vertical.size) × \(horizontal.size)" }
}

extension ReceptiveField {
  /// The field of a layer's values; nil where there is none that is the same for all places: behind branches whose places
  /// lie differently far apart.
  /// - Parameters:
  ///   - inputs: the fields of what the layer reads, with its shape.
  init?(_ layer: Layer, _ inputs: [(field: ReceptiveField?, shape: Shape)]) {
    var whole: ReceptiveField?
    for input in inputs {
      guard let field = input.field,
        let seen = field.seen(through: layer.kind.neighborhood, input.shape)
      else { return nil }
      guard let other = whole else {
        whole = seen
        continue
      }
      guard let vertical = seen.vertical.joined(other.vertical),
        let horizontal = seen.horizontal.joined(other.horizontal)
      else { return nil }
      whole = ReceptiveField(vertical: vertical, horizontal: horizontal)
    }
    guard let whole else { return nil }
    self = whole
  }

  /// What a place of a layer sees that reads a neighbourhood of places with this field.
  private func seen(through neighborhood: Neighborhood, _ input: Shape) -> ReceptiveField? {
    switch neighborhood {
    case .place:
      return self
    case .unknown:
      return nil
    case .whole:
      return ReceptiveField(
        vertical: vertical.spanning(input[1]), horizontal: horizontal.spanning(input[2]))
    case .window(let window):
      guard let rows = try? window.vertical(input[1]),
        let columns = try? window.horizontal(input[2])
      else { return nil }
      return ReceptiveField(
        vertical: vertical.under(rows), horizontal: horizontal.under(columns))
    }
  }
}

extension ReceptiveField.Extent {
  /// The extent that a window sees of places with this extent.
  fileprivate func under(_ window: Window.Placement) -> Self {
    Self(
      start: start - window.before * stride, size: size + (window.axis.reach - 1) * stride,
      stride: stride * window.axis.stride)
  }

  /// The extent of `count` places together.
  fileprivate func spanning(_ count: Int) -> Self {
    Self(start: start, size: size + (count - 1) * stride, stride: stride)
  }

  /// The extent from the first pixel of either to the last; nil where the places lie differently far apart.
  fileprivate func joined(_ other: Self) -> Self? {
    guard stride == other.stride else { return nil }
    let first = min(start, other.start)
    return Self(
      start: first, size: max(start + size, other.start + other.size) - first, stride: stride)
  }
}
