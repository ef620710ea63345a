import CAMNet

/// Brightness, contrast and saturation times 0.8 to 1.2 each, in this order, as Pillow's `ImageEnhance` defines them: the picture is
/// mixed with black, with the mean of its greys, and with its own greys.
public struct RandomColor: Augmentation {
  public let name = "color"
  public let changesWholePhoto = false

  private static let factors = 0.8..<1.2

  public init() {}

  public func changed(_ image: RGBImage, _ draws: Draws) -> RGBImage {
    let (brightness, contrast, saturation) = (
      Float(draws.value(0, in: Self.factors)), Float(draws.value(1, in: Self.factors)),
      Float(draws.value(2, in: Self.factors))
    )
    let bright = image.pixels.map { Self.cut(Float($0) * brightness) }
    let mean = Self.meanGrey(bright)
    var result = image.pixels
    for start in stride(from: 0, to: result.count, by: 3) {
      let color = SIMD4(bright[start], bright[start + 1], bright[start + 2], 0)
      let contrasted = Self.cut(mean + (color - mean) * contrast)
      let grey = Self.grey(contrasted[0], contrasted[1], contrasted[2])
      let mixed = Self.cut(grey + (contrasted - grey) * saturation)
      for channel in 0..<3 { result[start + channel] = UInt8(mixed[channel].rounded()) }
    }
    return RGBImage(width: image.width, height: image.height, pixels: result)
  }

  private static func cut(_ value: Float) -> Float { min(max(value, 0), 255) }

  private static func cut(_ values: SIMD4<Float>) -> SIMD4<Float> {
    values.clamped(lowerBound: SIMD4(repeating: 0), upperBound: SIMD4(repeating: 255))
  }

  private static func meanGrey(_ colors: [Float]) -> Float {
    var sum = 0.0
    for start in stride(from: 0, to: colors.count, by: 3) {
      sum += Double(grey(colors[start], colors[start + 1], colors[start + 2]))
    }
    return Float(sum / Double(max(colors.count / 3, 1)))
  }

  /// ITU-R 601's luma.
  fileprivate static func grey(_ red: Float, _ green: Float, _ blue: Float) -> Float {
    0.299 * red + 0.587 * green + 0.114 * blue
  }
}

extension RGBImage {
  /// The pixels' greys, 0 … 255, by ITU-R 601's luma: height · width values.
  var greys: [Float] {
    stride(from: 0, to: pixels.count, by: 3).map {
      RandomColor.grey(Float(pixels[$0]), Float(pixels[$0 + 1]), Float(pixels[$0 + 2]))
    }
  }
}
