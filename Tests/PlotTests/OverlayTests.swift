import Kernels
import Plot
import TestSupport
import Testing

@Suite struct OverlayTests {
  @Test(arguments: 0..<12)
  func `every pixel is what the definition says`(seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed))
    let (width, height) = (
      Int.random(in: 1...70, using: &generator), Int.random(in: 1...19, using: &generator)
    )
    let (mapWidth, mapHeight) = (
      Int.random(in: 1...30, using: &generator), Int.random(in: 1...30, using: &generator)
    )
    let photo = Raster(
      width: width, height: height,
      pixels: (0..<width * height * 3).map { _ in UInt8.random(in: 0...255, using: &generator) })
    let map = (0..<mapWidth * mapHeight).map { _ in UInt8.random(in: 0...255, using: &generator) }
    let region =
      seed % 2 == 0
      ? Overlay.Region(x: 0, y: 0, width: Double(width), height: Double(height))
      : Overlay.Region(
        x: Double(width) * 0.2, y: 0, width: Double(width) * 0.55, height: Double(height))
    let found = Overlay(
      photo: photo, map: map, mapWidth: mapWidth, mapHeight: mapHeight, region: region
    ).raster()

    for y in 0..<height {
      for x in 0..<width {
        let u = (Double(x) + 0.5 - region.x) / region.width
        let v = (Double(y) + 0.5 - region.y) / region.height
        let offset = (y * width + x) * 3
        guard (0..<1).contains(u), (0..<1).contains(v) else {
          #expect(found.pixels[offset..<offset + 3] == photo.pixels[offset..<offset + 3])
          continue
        }
        let value = interpolated(map, mapWidth, mapHeight, u, v)
        // Where the value lies between two entries' border, either is right.
        let candidates = [value - 1e-3, value + 1e-3].map { candidate in
          Colormap.jet.color(at: UInt8(min(max(candidate, 0), 255)))
        }
        let isRight = candidates.contains { color in
          zip([color.red, color.green, color.blue], 0...).allSatisfy { component, channel in
            let blended = (Double(photo.pixels[offset + channel]) + Double(component)) / 2
            return abs(Double(found.pixels[offset + channel]) - blended) <= 0.51
          }
        }
        #expect(
          isRight, "pixel (\(x), \(y)) of \(width) × \(height), map \(mapWidth) × \(mapHeight)")
      }
    }
  }

  private func interpolated(
    _ map: [UInt8], _ width: Int, _ height: Int, _ u: Double, _ v: Double
  ) -> Double {
    func tap(_ position: Double, _ count: Int) -> (Int, Int, Double) {
      let center = min(max(position * Double(count) - 0.5, 0), Double(count - 1))
      return (Int(center), min(Int(center) + 1, count - 1), center - center.rounded(.down))
    }
    let (x0, x1, fx) = tap(u, width)
    let (y0, y1, fy) = tap(v, height)
    func at(_ y: Int, _ x: Int) -> Double { Double(map[y * width + x]) }
    let upper = at(y0, x0) * (1 - fx) + at(y0, x1) * fx
    let lower = at(y1, x0) * (1 - fx) + at(y1, x1) * fx
    return upper * (1 - fy) + lower * fy
  }

  @Test(arguments: 0..<12)
  func `a row is the same to the last bit, whatever the instruction set`(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    let width = Int.random(in: 1...70, using: &generator)
    func random(_ count: Int, _ range: ClosedRange<Float>) -> [Float] {
      (0..<count).map { _ in Float.random(in: range, using: &generator) }
    }
    let values = (0..<30).map { _ in UInt8.random(in: 0...255, using: &generator) }
    let places = random(width, 0...28)
    let first = places.map { Int32($0) }
    let fractions = places.map { $0 - $0.rounded(.down) }
    let photo = (0..<width * 3).map { _ in UInt8.random(in: 0...255, using: &generator) }
    let lower = random(width, 0...255)
    let fraction = Float.random(in: 0...1, using: &generator)
    let colors = (0..<256).map { level in
      (0..<3).reduce(UInt64(0)) { $0 << 16 | UInt64(level * 64 + $1) }
    }
    var expected: (upper: [Float], row: [UInt8])?
    for place in 0... {
      guard let kernels = camreport_kernels_available(Int32(place)) else { break }
      // What lies behind a row is not written.
      var upper = [Float](repeating: -1, count: width + 16)
      kernels.pointee.interpolate(values, first, fractions, &upper, width)
      var row = [UInt8](repeating: 7, count: width * 3 + 16)
      kernels.pointee.blend(photo, upper, lower, fraction, colors, 100, &row, width)
      #expect(upper[width...].allSatisfy { $0 == -1 } && row[(width * 3)...].allSatisfy { $0 == 7 })
      if let expected { #expect(upper == expected.upper && row == expected.row) }
      expected = (upper, row)
    }
    for (index, found) in try #require(expected).upper[..<width].enumerated() {
      let (start, end) = (Float(values[Int(first[index])]), Float(values[Int(first[index]) + 1]))
      #expect(found == start + (end - start) * fractions[index])
    }
  }

  @Test func `on a white photo the hottest place is the reddest, with nothing wrapped round`() {
    let photo = Raster(width: 256, height: 1, pixels: [UInt8](repeating: 255, count: 768))
    let found = Overlay(
      photo: photo, map: (0...255).map { UInt8($0) }, mapWidth: 256, mapHeight: 1,
      region: .init(x: 0, y: 0, width: 256, height: 1)
    ).raster()
    let hottest = Array(found.pixels.suffix(3))
    #expect(hottest == [191, 128, 128])
    #expect(found.pixels.allSatisfy { $0 >= 127 })
  }
}
