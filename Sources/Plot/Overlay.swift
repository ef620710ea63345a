import Dispatch

/// A map laid over a photo: each value becomes a colour and is blended with the pixel it lies on.
public struct Overlay: Sendable {
  public let photo: Raster
  /// Values 0 … 255, row by row: mapWidth · mapHeight of them.
  public let map: [UInt8]
  public let mapWidth: Int
  public let mapHeight: Int
  /// The part of the photo that the map covers, in pixels.
  public let region: Region
  public let colormap: Colormap
  /// How much of the colour is seen, 0 … 1.
  public let alpha: Float

  public struct Region: Sendable, Hashable {
    public let x: Double
    public let y: Double
    public let width: Double
    public let height: Double

    public init(x: Double, y: Double, width: Double, height: Double) {
      self.x = x
      self.y = y
      self.width = width
      self.height = height
    }
  }

  /// - Precondition: `map.count == mapWidth * mapHeight`, both at least 1.
  public init(
    photo: Raster, map: [UInt8], mapWidth: Int, mapHeight: Int, region: Region,
    colormap: Colormap = .jet, alpha: Float = 0.5
  ) {
    precondition(map.count == mapWidth * mapHeight && !map.isEmpty)
    self.photo = photo
    self.map = map
    self.mapWidth = mapWidth
    self.mapHeight = mapHeight
    self.region = region
    self.colormap = colormap
    self.alpha = alpha
  }

  /// The photo with the map over it; outside the region it is kept.
  ///
  /// Between its values the map is interpolated bilinearly, with pixels' centres at halves. Blending is in floating
  /// point: sums of bytes wrap round past 255, and turned the hottest places blue in more than one tool.
  public func raster() -> Raster {
    let columns = Self.taps(
      count: photo.width, start: region.x, extent: region.width, mapSize: mapWidth)
    let rows = Self.taps(
      count: photo.height, start: region.y, extent: region.height, mapSize: mapHeight)
    let colors = colormap.table.map { color in
      SIMD4<Float>(
        Float(color >> 16 & 255), Float(color >> 8 & 255), Float(color & 255), 0) * alpha
    }
    let pixels = [UInt8](unsafeUninitializedCapacity: photo.pixels.count) { target, count in
      nonisolated(unsafe) let target = target
      DispatchQueue.concurrentPerform(iterations: photo.height) { y in
        blendRow(y, rows[y], columns, colors, target)
      }
      count = photo.pixels.count
    }
    return Raster(width: photo.width, height: photo.height, pixels: pixels)
  }

  private func blendRow(
    _ y: Int, _ row: Tap?, _ columns: [Tap?], _ colors: [SIMD4<Float>],
    _ target: UnsafeMutableBufferPointer<UInt8>
  ) {
    var next = y * photo.width * 3
    for column in columns {
      if let row, let column {
        let upper = value(row.first, column)
        let lower = value(row.second, column)
        let color = colors[Int(upper + (lower - upper) * row.fraction)]
        for channel in 0..<3 {
          let blended = Float(photo.pixels[next + channel]) * (1 - alpha) + color[channel]
          target[next + channel] = UInt8(min(blended + 0.5, 255))
        }
      } else {
        for channel in 0..<3 { target[next + channel] = photo.pixels[next + channel] }
      }
      next += 3
    }
  }

  private func value(_ row: Int, _ column: Tap) -> Float {
    let left = Float(map[row * mapWidth + column.first])
    let right = Float(map[row * mapWidth + column.second])
    return left + (right - left) * column.fraction
  }

  private struct Tap {
    let first: Int
    let second: Int
    let fraction: Float
  }

  /// Where each pixel of one axis reads the map; nil outside the region.
  private static func taps(
    count: Int, start: Double, extent: Double, mapSize: Int
  ) -> [Tap?] {
    (0..<count).map { index in
      let position = (Double(index) + 0.5 - start) / extent
      guard position >= 0, position < 1 else { return nil }
      let center = min(max(position * Double(mapSize) - 0.5, 0), Double(mapSize - 1))
      let first = Int(center)
      return Tap(
        first: first, second: min(first + 1, mapSize - 1), fraction: Float(center - Double(first)))
    }
  }
}
