import Kernels

extension Tensor {
  /// The sum over all places of each channel of feature maps (1, h, w, channels), in double precision and divided by a number:
  /// (channels,). Every sum is made in the places' order, whatever the number of threads.
  func channelSums(dividedBy divisor: Double = 1) -> Tensor {
    let channels = shape[3]
    let pixels = shape[1] * shape[2]
    return Tensor(shape: [channels]) { destination in
      withUnsafeElements { source in
        // Whole vectors of channels, and so many values that handing them to another thread is worth it.
        let vectors = (channels + 15) / 16
        parallel(over: Split(vectors, limit: max(1, 512 / max(pixels, 1)))) { vectors in
          guard let source = source.baseAddress else { return }
          let part = vectors.lowerBound * 16..<min(vectors.upperBound * 16, channels)
          withUnsafeTemporaryAllocation(of: Double.self, capacity: part.count) { sums in
            guard let sums = sums.baseAddress else { return }
            sums.initialize(repeating: 0, count: part.count)
            KernelSet.current.table.pointee.channel_sums(
              source + part.lowerBound, channels, sums, pixels, part.count)
            for channel in 0..<part.count {
              destination[part.lowerBound + channel] = Float(sums[channel] / divisor)
            }
          }
        }
      }
    }
  }

  /// For each channel of feature maps (1, h, w, channels), the sum over all places of these times others of their shape, in double
  /// precision and in the places' order.
  func channelProducts(with other: Tensor) -> [Double] {
    let channels = shape[3]
    let pixels = shape[1] * shape[2]
    var products = [Double](repeating: 0, count: channels)
    products.withUnsafeMutableBufferPointer { products in
      withUnsafeElements { first in
        other.withUnsafeElements { second in
          parallel(over: Split(channels, limit: 16)) { part in
            guard let first = first.baseAddress, let second = second.baseAddress,
              let sums = products.baseAddress
            else { return }
            for pixel in 0..<pixels {
              let (a, b) = (first + pixel * channels, second + pixel * channels)
              for channel in part { sums[channel] += Double(a[channel]) * Double(b[channel]) }
            }
          }
        }
      }
    }
    return products
  }

  /// Feature maps (1, h, w, channels) with each channel times its factor, plus its summand where there are some, cut to a range.
  func scalingChannels(
    by factors: Tensor, adding summands: Tensor?, range: ClosedRange<Float>, _ kernels: KernelSet
  ) -> Tensor {
    let channels = shape[3]
    return Tensor(shape: shape) { destination in
      withUnsafeElements { source in
        factors.withUnsafeElements { factors in
          summands.withElements { summands in
            parallel(over: Split(shape[1] * shape[2], limit: max(1, 16_384 / channels))) { part in
              guard let source = source.baseAddress, let target = destination.baseAddress,
                let factors = factors.baseAddress
              else { return }
              let first = part.lowerBound * channels
              kernels.table.pointee.scale(
                source + first, channels, factors, summands, range.lowerBound, range.upperBound,
                target + first, channels, part.count, channels)
            }
          }
        }
      }
    }
  }

  /// The tensor plus another of its shape, element by element, cut to a range.
  /// - Precondition: the shapes are the same.
  package func adding(
    _ other: Tensor, range: ClosedRange<Float> = -.infinity ... .infinity
  ) -> Tensor {
    precondition(shape == other.shape, "\(shape) and \(other.shape) cannot be added")
    return Tensor(shape: shape) { destination in
      withUnsafeElements { first in
        if let sums = destination.baseAddress {
          other.add(to: first.baseAddress, range: range, into: sums)
        }
      }
    }
  }

  /// Adds another tensor of its shape, element by element: where the elements lie, if no other tensor has them.
  /// - Precondition: the shapes are the same.
  mutating func add(_ other: Tensor) {
    precondition(shape == other.shape, "\(shape) and \(other.shape) cannot be added")
    let isAdded = changeInPlace { sums in
      if let sums = sums.baseAddress {
        other.add(to: sums, range: -.infinity ... .infinity, into: sums)
      }
    }
    if !isAdded { self = adding(other) }
  }

  /// Writes the sums of other values and this tensor's, cut to a range, perhaps where the others lie.
  private func add(
    to first: UnsafePointer<Float>?, range: ClosedRange<Float>,
    into sums: UnsafeMutablePointer<Float>
  ) {
    withUnsafeElements { second in
      parallel(over: Split(count, limit: 16_384)) { part in
        guard let first, let second = second.baseAddress else { return }
        let start = part.lowerBound
        KernelSet.current.table.pointee.add(
          first + start, second + start, range.lowerBound, range.upperBound, sums + start,
          part.count)
      }
    }
  }
}

extension Optional where Wrapped == Tensor {
  /// Calls `body` with where the elements lie, valid until it returns; with nil where there is no tensor.
  func withElements(_ body: (UnsafePointer<Float>?) -> Void) {
    guard let self else { return body(nil) }
    self.withUnsafeElements { body($0.baseAddress) }
  }
}
