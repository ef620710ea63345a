extension RGBImage {
  /// `skipped` columns of the taps' source were left out before the first column here.
  func horizontally(_ taps: ResizeTaps, rows: Range<Int>, skipped: Int) -> RGBImage {
    let newWidth = taps.first.count
    let (source, weights) = (taps.source, PairedWeights(taps))
    let size = newWidth * rows.count * 3
    // Pixels are written as four bytes, of which the next pixel covers the last.
    let result = [UInt8](unsafeUninitializedCapacity: size + 1) { target, count in
      guard let target = UnsafeMutableRawPointer(target.baseAddress) else { return }
      let bytes = source.count * 3
      // A row with room for the last two pixels to be read as eight bytes.
      withUnsafeTemporaryAllocation(byteCount: bytes + 8, alignment: 16) { line in
        line.initializeMemory(as: UInt8.self, repeating: 0)
        pixels.withUnsafeBytes { pixels in
          var next = 0
          for row in rows {
            let start = (row * width + source.lowerBound - skipped) * 3
            line.copyMemory(from: UnsafeRawBufferPointer(rebasing: pixels[start..<start + bytes]))
            for column in 0..<newWidth {
              var sums = PairedSums()
              var offset = (taps.first[column] - source.lowerBound) * 3
              weights.forEach(of: column) { low, high in
                let word = line.loadUnaligned(fromByteOffset: offset, as: UInt64.self).littleEndian
                sums.add(
                  UInt32(truncatingIfNeeded: word), UInt32(truncatingIfNeeded: word &>> 24), low,
                  high)
                offset &+= 6
              }
              target.storeBytes(of: sums.bytes, toByteOffset: next, as: UInt32.self)
              next &+= 3
            }
          }
        }
      }
      count = size
    }
    return RGBImage(width: newWidth, height: rows.count, pixels: result)
  }

  /// `skipped` rows of the taps' source were left out above the first row here.
  func vertically(_ taps: ResizeTaps, skipped: Int) -> RGBImage {
    let newHeight = taps.first.count
    let line = width * 3
    let weights = PairedWeights(taps)
    let result = [UInt8](unsafeUninitializedCapacity: line * newHeight) { target, count in
      let target = UnsafeMutableRawBufferPointer(target)
      pixels.withUnsafeBytes { source in
        for row in 0..<newHeight {
          let first = taps.first[row] - skipped
          let last = first + taps.count[row] - 1
          /// As many sums as registers hold, of four neighbouring bytes each.
          @inline(__always)
          func sums(_ read: (_ offset: Int, _ part: Int) -> UInt32) -> (
            PairedSums, PairedSums, PairedSums, PairedSums
          ) {
            var sums = (PairedSums(), PairedSums(), PairedSums(), PairedSums())
            var upper = first
            weights.forEach(of: row) { low, high in
              // Of an odd number the last has no other beside it, and no weight for one.
              let (one, other) = (upper &* line, min(upper &+ 1, last) &* line)
              sums.0.add(read(one, 0), read(other, 0), low, high)
              sums.1.add(read(one, 4), read(other, 4), low, high)
              sums.2.add(read(one, 8), read(other, 8), low, high)
              sums.3.add(read(one, 12), read(other, 12), low, high)
              upper &+= 2
            }
            return sums
          }
          func store(_ bytes: UInt32, _ index: Int) {
            target.storeBytes(of: bytes, toByteOffset: row &* line &+ index, as: UInt32.self)
          }
          let whole = line / 16 * 16
          for index in stride(from: 0, to: whole, by: 16) {
            let sums = sums {
              source.loadUnaligned(fromByteOffset: $0 &+ $1 &+ index, as: UInt32.self).littleEndian
            }
            store(sums.0.bytes, index)
            store(sums.1.bytes, index &+ 4)
            store(sums.2.bytes, index &+ 8)
            store(sums.3.bytes, index &+ 12)
          }
          for index in whole..<line {
            let sums = sums { offset, _ in UInt32(source[offset &+ index]) }
            target[row * line + index] = UInt8(truncatingIfNeeded: sums.0.bytes.littleEndian)
          }
        }
      }
      count = line * newHeight
    }
    return RGBImage(width: width, height: newHeight, pixels: result)
  }
}

/// The weights of two neighbouring source pixels at a time, each cut into 16 bits and 16 bits: products of such, two of them
/// added, are one instruction on every machine, and those of 32 bits are not.
private struct PairedWeights {
  /// For each pixel its pairs' lower and upper halves in turn.
  private let halves: [SIMD8<Int16>]
  /// Where a pixel's begin, and after the last pixel the end.
  private let starts: [Int]

  init(_ taps: ResizeTaps) {
    var halves: [SIMD8<Int16>] = []
    var starts = [0]
    for pixel in taps.count.indices {
      for tap in stride(from: 0, to: taps.count[pixel], by: 2) {
        let first = taps.weights[pixel * taps.largest + tap]
        let second =
          tap + 1 < taps.count[pixel] ? taps.weights[pixel * taps.largest + tap + 1] : 0
        halves += [Self.pair(first, second), Self.pair(Self.upper(first), Self.upper(second))]
      }
      starts.append(halves.count)
    }
    self.halves = halves
    self.starts = starts
  }

  /// What is left of a weight without its lower half, which has a sign.
  private static func upper(_ weight: Int32) -> Int32 {
    (weight &- Int32(Int16(truncatingIfNeeded: weight))) >> 16
  }

  private static func pair(_ first: Int32, _ second: Int32) -> SIMD8<Int16> {
    var pair = SIMD8<Int16>()
    pair.evenHalf = SIMD4(repeating: Int16(truncatingIfNeeded: first))
    pair.oddHalf = SIMD4(repeating: Int16(truncatingIfNeeded: second))
    return pair
  }

  /// The lower and upper halves of each of a pixel's pairs.
  @inline(__always)
  func forEach(of pixel: Int, _ body: (SIMD8<Int16>, SIMD8<Int16>) -> Void) {
    halves.withUnsafeBufferPointer { halves in
      for index in stride(from: starts[pixel], to: starts[pixel + 1], by: 2) {
        body(halves[index], halves[index + 1])
      }
    }
  }
}

/// Four weighted sums of bytes in fixed point, as Pillow makes them.
private struct PairedSums {
  private var low = SIMD4<Int32>(repeating: 1 << (Int32(ResizeTaps.precision) - 1))
  /// Of each pixel of a pair on its own: of these only 16 bits reach the sums' 32.
  private var high = SIMD8<Int16>.zero

  /// Adds four bytes and four that lie beside them, with their weights' lower and upper halves.
  @inline(__always)
  mutating func add(
    _ first: UInt32, _ second: UInt32, _ lower: SIMD8<Int16>, _ upper: SIMD8<Int16>
  ) {
    var bytes = SIMD8<UInt8>()
    bytes.evenHalf = unsafeBitCast(first.littleEndian, to: SIMD4<UInt8>.self)
    bytes.oddHalf = unsafeBitCast(second.littleEndian, to: SIMD4<UInt8>.self)
    let values = SIMD8<Int16>(truncatingIfNeeded: bytes)
    let products =
      SIMD8<Int32>(truncatingIfNeeded: values) &* SIMD8<Int32>(truncatingIfNeeded: lower)
    low &+= products.evenHalf &+ products.oddHalf
    high &+= values &* upper
  }

  /// The sums as bytes, the first the lowest; overshoot is cut off.
  @inline(__always)
  var bytes: UInt32 {
    // The two of a pair beside each other, added in the upper half.
    let pairs = unsafeBitCast(high, to: SIMD4<Int32>.self)
    let sum = low &+ (pairs &<< 16) &+ (pairs & -65536)
    let sums = SIMD4<Int16>(truncatingIfNeeded: sum &>> Int32(ResizeTaps.precision))
    let bytes = SIMD4<UInt8>(
      truncatingIfNeeded: sums.clamped(lowerBound: .zero, upperBound: SIMD4(repeating: 255)))
    return unsafeBitCast(bytes, to: UInt32.self)
  }
}
