/// Where on the network's input the places of a map are said to lie, and so how the map is enlarged.
public enum Placement: String, Sendable, CaseIterable, Codable {
  /// At the middles of equal parts of the input, as PyTorch and TensorFlow 2 have it.
  case center
  /// At the upper left corners of those parts: TensorFlow 1's rule (`align_corners=False`, no half-pixel centres).
  case notebook
  /// At the middles of the places' receptive fields.
  case receptiveField = "receptive-field"

  /// The grid of a map's places.
  /// - Parameters:
  ///   - map: the map's shape, (h, w), or that of the feature maps that it is made from, (1, h, w, channels).
  ///   - field: the receptive field of those feature maps; where there is none, places lie at the middles.
  ///   - size: the network's input in pixels.
  public func grid(of map: Shape, _ field: ReceptiveField?, size: InputSize) -> PlaceGrid {
    let (rows, columns) = map.rank == 2 ? (map[0], map[1]) : (map[1], map[2])
    func axis(
      _ places: Int, _ pixels: Int, _ extent: ReceptiveField.Extent?
    ) -> PlaceGrid.Axis {
      let scale = Float(places) / Float(pixels)
      switch (self, extent) {
      case (.notebook, _):
        return .init(places: places, scale: scale, offset: 0)
      case (.receptiveField, let extent?) where extent.stride > 0:
        let scale = 1 / Float(extent.stride)
        return .init(
          places: places, scale: scale, offset: (0.5 - Float(extent.center)) * scale)
      default:
        return .init(places: places, scale: scale, offset: 0.5 * scale - 0.5)
      }
    }
    return PlaceGrid(
      rows: axis(rows, size.height, field?.vertical),
      columns: axis(columns, size.width, field?.horizontal), size: size)
  }
}

/// Where the places of a map lie on the pixels of the network's input.
public struct PlaceGrid: Sendable, Hashable {
  public let rows: Axis
  public let columns: Axis
  /// The network's input in pixels.
  public let size: InputSize

  /// A map's places along one axis. Pixel i of the input lies at place i · scale + offset.
  public struct Axis: Sendable, Hashable {
    /// How many places there are.
    public let places: Int
    /// How many places a pixel is wide.
    public let scale: Float
    /// The place that the first pixel lies at, from 0; between places a fraction.
    public let offset: Float

    /// Where a pixel lies between the places, cut to the first and the last.
    func position(of pixel: Int) -> Float {
      min(max(Float(pixel) * scale + offset, 0), Float(places - 1))
    }

    /// The middle of a place, in pixels from the input's edge: 0.5 is the middle of the first pixel.
    public func middle(of place: Int) -> Double {
      (Double(place) - Double(offset)) / Double(scale) + 0.5
    }
  }
}
