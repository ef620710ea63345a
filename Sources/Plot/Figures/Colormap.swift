/// Colours for numbers: 256 entries from low to high, as Matplotlib has them.
public enum Colormap: String, Sendable, CaseIterable {
  case jet, turbo, viridis, inferno, magma, gray

  /// Red, green and blue of an entry.
  public func color(at index: UInt8) -> (red: UInt8, green: UInt8, blue: UInt8) {
    let entry = table[Int(index)]
    return (UInt8(entry >> 16 & 255), UInt8(entry >> 8 & 255), UInt8(entry & 255))
  }

  /// All entries' red, green and blue in turn, 768 bytes.
  public var bytes: [UInt8] { pixels(Array(0...255)) }

  /// The colours of levels, red, green and blue in turn.
  public func pixels(_ levels: [UInt8]) -> [UInt8] {
    let table = table
    return [UInt8](unsafeUninitializedCapacity: levels.count * 3) { target, count in
      for (index, level) in levels.enumerated() {
        let color = table[Int(level)]
        target[index * 3] = UInt8(truncatingIfNeeded: color >> 16)
        target[index * 3 + 1] = UInt8(truncatingIfNeeded: color >> 8)
        target[index * 3 + 2] = UInt8(truncatingIfNeeded: color)
      }
      count = levels.count * 3
    }
  }

  /// The colours from low to high as a gradient of CSS, of 33 colours: between them jet is linear, and others nearly so.
  public var gradient: String {
    let colors = (0...32).map { stop in
      let value = String(table[stop * 255 / 32] & 0xFFFFFF, radix: 16)
      return "#" + String(repeating: "0", count: 6 - value.count) + value
    }
    return "linear-gradient(to right, \(colors.joined(separator: ", ")))"
  }

  /// 256 colours as `0xRRGGBB`.
  var table: [UInt32] {
    switch self {
    case .jet: Self.jetTable
    case .turbo: Self.turboTable
    case .viridis: Self.viridisTable
    case .inferno: Self.infernoTable
    case .magma: Self.magmaTable
    case .gray: Self.grayTable
    }
  }

  /// Matplotlib's jet: each component linear between a few points, sampled at each entry and cut to whole bytes.
  private static let jetTable: [UInt32] = {
    let red: [(x: Double, y: Double)] = [(0, 0), (0.35, 0), (0.66, 1), (0.89, 1), (1, 0.5)]
    let green: [(x: Double, y: Double)] = [
      (0, 0), (0.125, 0), (0.375, 1), (0.64, 1), (0.91, 0), (1, 0),
    ]
    let blue: [(x: Double, y: Double)] = [(0, 0.5), (0.11, 1), (0.34, 1), (0.65, 0), (1, 0)]
    return (0..<256).map { index in
      [red, green, blue].reduce(UInt32(0)) { color, points in
        let value = interpolate(points.map { (x: $0.x * 255, y: $0.y) }, at: Double(index))
        return color << 8 | UInt32(value * 255)
      }
    }
  }()

  private static func interpolate(_ points: [(x: Double, y: Double)], at x: Double) -> Double {
    guard let next = points.firstIndex(where: { $0.x >= x }), next > 0 else {
      return points[0].y
    }
    let (low, high) = (points[next - 1], points[next])
    return (x - low.x) / (high.x - low.x) * (high.y - low.y) + low.y
  }
}
