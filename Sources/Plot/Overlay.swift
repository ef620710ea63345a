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
  /// Between its values the map is interpolated bilinearly, with pixels' centres at halves. Sums of bytes are kept in whole
  /// numbers of more bits: in bytes they wrap round past 255, and turned the hottest places blue in more than one tool.
  public func raster() -> Raster {
    let columns = Taps(count: photo.width, start: region.x, extent: region.width, size: mapWidth)
    let rows = Taps(count: photo.height, start: region.y, extent: region.height, size: mapHeight)
    let share = UInt16((alpha * 256).rounded())
    // A colour's part of a blended pixel in 256ths, with the half that rounds: 255 · 256 + 128 at most together with the
    // photo's part.
    let colors = (0...255).map { (level: UInt8) in
      let color = colormap.color(at: level)
      return SIMD4(UInt16(color.red), UInt16(color.green), UInt16(color.blue), 0) &* share &+ 128
    }
    let pixels = [UInt8](unsafeUninitializedCapacity: photo.pixels.count) { target, count in
      nonisolated(unsafe) let target = target
      // Some hundred thousand pixels at a time: fewer are not worth another thread.
      let band = max(100_000 / photo.width, 1)
      DispatchQueue.concurrentPerform(iterations: (photo.height + band - 1) / band) { index in
        let band = index * band..<min((index + 1) * band, photo.height)
        blend(band, rows, columns, colors, 256 - share, target)
      }
      count = photo.pixels.count
    }
    return Raster(width: photo.width, height: photo.height, pixels: pixels)
  }

  private func blend(
    _ band: Range<Int>, _ rows: Taps, _ columns: Taps, _ colors: [SIMD4<UInt16>], _ kept: UInt16,
    _ target: UnsafeMutableBufferPointer<UInt8>
  ) {
    let line = photo.width * 3
    var lines = MapLines(self, columns)
    photo.pixels.withUnsafeBytes { source in
      colors.withUnsafeBufferPointer { colors in
        let target = UnsafeMutableRawBufferPointer(target)
        for y in band {
          let isInside = rows.inside.contains(y) && !columns.inside.isEmpty
          let covered = isInside ? columns.inside : 0..<0
          for kept in [0..<covered.lowerBound, covered.upperBound..<photo.width]
          where !kept.isEmpty {
            let bytes = y * line + kept.lowerBound * 3..<y * line + kept.upperBound * 3
            UnsafeMutableRawBufferPointer(rebasing: target[bytes]).copyMemory(
              from: UnsafeRawBufferPointer(rebasing: source[bytes]))
          }
          guard isInside else { continue }
          let row = y - rows.inside.lowerBound
          lines.move(to: rows.first[row], rows.second[row])
          var next = y * line + columns.inside.lowerBound * 3
          lines.withLevels(rows.fraction[row]) { levels in
            let last = levels.count - 1
            // A pixel's fourth byte is the next one's first, which follows; the last has none to follow it.
            for column in 0..<last {
              let pixel = source.loadUnaligned(fromByteOffset: next, as: SIMD4<UInt8>.self)
              target.storeBytes(
                of: Self.blended(pixel, kept, colors[Int(levels[column])]), toByteOffset: next,
                as: SIMD4<UInt8>.self)
              next &+= 3
            }
            let pixel = SIMD4(source[next], source[next + 1], source[next + 2], 0)
            let result = Self.blended(pixel, kept, colors[Int(levels[last])])
            for channel in 0..<3 { target[next + channel] = result[channel] }
          }
        }
      }
    }
  }

  @inline(__always)
  private static func blended(
    _ pixel: SIMD4<UInt8>, _ kept: UInt16, _ color: SIMD4<UInt16>
  ) -> SIMD4<UInt8> {
    SIMD4(truncatingIfNeeded: (SIMD4<UInt16>(truncatingIfNeeded: pixel) &* kept &+ color) &>> 8)
  }
}

/// Where the pixels of one axis read the map: those inside the region two neighbours each.
private struct Taps {
  let inside: Range<Int>
  private(set) var first: [Int] = []
  private(set) var second: [Int] = []
  private(set) var fraction: [Float] = []

  init(count: Int, start: Double, extent: Double, size: Int) {
    func position(_ index: Int) -> Double { (Double(index) + 0.5 - start) / extent }
    let indices = (0..<count).filter { (0..<1).contains(position($0)) }
    inside = indices.isEmpty ? 0..<0 : indices[0]..<indices[indices.count - 1] + 1
    for index in inside {
      let center = min(max(position(index) * Double(size) - 0.5, 0), Double(size - 1))
      first.append(Int(center))
      second.append(min(Int(center) + 1, size - 1))
      fraction.append(Float(center - Double(Int(center))))
    }
  }
}

/// Two neighbouring lines of the map, each interpolated along itself at every pixel of a row; they serve several rows.
private struct MapLines {
  private let map: [UInt8]
  private let width: Int
  private let columns: Taps
  private var upper: (row: Int?, values: [Float])
  private var lower: (row: Int?, values: [Float])
  private var levels: [UInt8]

  init(_ overlay: Overlay, _ columns: Taps) {
    map = overlay.map
    width = overlay.mapWidth
    self.columns = columns
    let none = [Float](repeating: 0, count: columns.inside.count)
    upper = (nil, none)
    lower = (nil, none)
    levels = [UInt8](repeating: 0, count: columns.inside.count)
  }

  mutating func move(to first: Int, _ second: Int) {
    if lower.row == first { swap(&upper, &lower) }
    if upper.row != first {
      interpolate(first, &upper.values)
      upper.row = first
    }
    if lower.row != second {
      interpolate(second, &lower.values)
      lower.row = second
    }
  }

  private func interpolate(_ row: Int, _ values: inout [Float]) {
    let line = map[row * width..<(row + 1) * width].map(Float.init)
    for index in values.indices {
      let left = line[columns.first[index]]
      values[index] = left + (line[columns.second[index]] - left) * columns.fraction[index]
    }
  }

  /// The map between the two lines, `fraction` of the way from the upper to the lower.
  mutating func withLevels(_ fraction: Float, _ body: (UnsafeBufferPointer<UInt8>) -> Void) {
    upper.values.withUnsafeBufferPointer { upper in
      lower.values.withUnsafeBufferPointer { lower in
        levels.withUnsafeMutableBufferPointer { levels in
          for index in levels.indices {
            levels[index] = (upper[index] + (lower[index] - upper[index]) * fraction).level
          }
          body(UnsafeBufferPointer(levels))
        }
      }
    }
  }
}
