/// What follows a convolution's sums, channel by channel: x · scale + shift, then the activation's range.
struct Epilogue {
  let scale: [Float]?
  let shift: [Float]?
  let range: ClosedRange<Float>

  /// Applies it in place to `pixels` neighbouring pixels of `channels` channels.
  func apply(to values: UnsafeMutablePointer<Float>, pixels: Int, channels: Int) {
    if scale == nil, shift == nil, range == Activation.none.range { return }
    let low = range.lowerBound
    let high = range.upperBound
    let scale = self.scale ?? [Float](repeating: 1, count: channels)
    let shift = self.shift ?? [Float](repeating: 0, count: channels)
    scale.withUnsafeBufferPointer { scale in
      shift.withUnsafeBufferPointer { shift in
        for pixel in 0..<pixels {
          let row = values + pixel * channels
          for channel in 0..<channels {
            let value = row[channel] * scale[channel] + shift[channel]
            // Comparisons this way round let a NaN through, so that it is seen.
            row[channel] = value < low ? low : value > high ? high : value
          }
        }
      }
    }
  }
}
