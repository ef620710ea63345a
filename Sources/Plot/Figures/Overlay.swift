import Kernels
import Threads

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
      return [color.blue, color.green, color.red].reduce(UInt64(0)) {
        $0 << 16 | UInt64(UInt16($1) * share + 128)
      }
    }
    let pixels = [UInt8](unsafeUninitializedCapacity: photo.pixels.count) { target, count in
      nonisolated(unsafe) let target = target
      // Some hundred thousand pixels at a time: fewer are not worth another thread.
      let band = max(100_000 / photo.width, 1)
      Threads.share((photo.height + band - 1) / band) { index in
        let band = index * band..<min((index + 1) * band, photo.height)
        blend(band, rows, columns, colors, 256 - share, target)
      }
      count = photo.pixels.count
    }
    return Raster(width: photo.width, height: photo.height, pixels: pixels)
  }

  private func blend(
    _ band: Range<Int>, _ rows: Taps, _ columns: Taps, _ colors: [UInt64], _ kept: UInt16,
    _ target: UnsafeMutableBufferPointer<UInt8>
  ) {
    let line = photo.width * 3
    var lines = MapLines(self, columns)
    photo.pixels.withUnsafeBufferPointer { source in
      guard let source = source.baseAddress, let target = target.baseAddress else { return }
      for y in band {
        let isInside = rows.inside.contains(y) && !columns.inside.isEmpty
        let covered = isInside ? columns.inside : 0..<0
        for kept in [0..<covered.lowerBound, covered.upperBound..<photo.width]
        where !kept.isEmpty {
          let start = y * line + kept.lowerBound * 3
          (target + start).update(from: source + start, count: kept.count * 3)
        }
        guard isInside else { continue }
        let row = y - rows.inside.lowerBound
        let first = Int(rows.first[row])
        lines.move(to: first, min(first + 1, mapHeight - 1))
        let start = y * line + covered.lowerBound * 3
        kernels.blend(
          source + start, lines.upper.values, lines.lower.values, rows.fraction[row], colors, kept,
          target + start, covered.count)
      }
    }
  }
}

/// Functions that nobody changes.
nonisolated(unsafe) private let kernels = camreport_kernels_current().pointee

/// Where the pixels of one axis read the map: those inside the region a value and, by a fraction of 0 after the last, the next.
private struct Taps {
  let inside: Range<Int>
  private(set) var first: [Int32] = []
  private(set) var fraction: [Float] = []

  init(count: Int, start: Double, extent: Double, size: Int) {
    func position(_ index: Int) -> Double { (Double(index) + 0.5 - start) / extent }
    let indices = (0..<count).filter { (0..<1).contains(position($0)) }
    inside = indices.isEmpty ? 0..<0 : indices[0]..<indices[indices.count - 1] + 1
    for index in inside {
      let center = min(max(position(index) * Double(size) - 0.5, 0), Double(size - 1))
      first.append(Int32(center))
      fraction.append(Float(center - Double(Int(center))))
    }
  }
}

/// Two neighbouring lines of the map, each interpolated along itself at every pixel of a row; they serve several rows.
private struct MapLines {
  private let map: [UInt8]
  private let width: Int
  private let columns: Taps
  private(set) var upper: (row: Int?, values: [Float])
  private(set) var lower: (row: Int?, values: [Float])

  init(_ overlay: Overlay, _ columns: Taps) {
    // One more, the last value's next.
    map = overlay.map + [0]
    width = overlay.mapWidth
    self.columns = columns
    let none = [Float](repeating: 0, count: columns.inside.count)
    upper = (nil, none)
    lower = (nil, none)
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
    map.withUnsafeBufferPointer { map in
      guard let map = map.baseAddress else { return }
      kernels.interpolate(
        map + row * width, columns.first, columns.fraction, &values, values.count)
    }
  }
}
