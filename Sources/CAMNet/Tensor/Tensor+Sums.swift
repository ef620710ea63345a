import Kernels

extension Tensor {
  /// The sum over all places of each channel of feature maps (1, h, w, channels), in double precision and divided by a number:
  /// (channels,). Every sum is made in the places' order, whatever the number of threads.
  func channelSums(dividedBy divisor: Double = 1) -> Tensor {
    let channels = shape[3]
    let pixels = shape[1] * shape[2]
    return Tensor(shape: [channels]) { destination in
      withUnsafeElements { source in
        parallel(over: Split(channels, limit: 16)) { part in
          guard let source = source.baseAddress else { return }
          withUnsafeTemporaryAllocation(of: Double.self, capacity: part.count) { sums in
            guard let sums = sums.baseAddress else { return }
            sums.initialize(repeating: 0, count: part.count)
            for pixel in 0..<pixels {
              let values = source + pixel * channels + part.lowerBound
              for channel in 0..<part.count { sums[channel] += Double(values[channel]) }
            }
            for channel in 0..<part.count {
              destination[part.lowerBound + channel] = Float(sums[channel] / divisor)
            }
          }
        }
      }
    }
  }

  /// The tensor plus another of its shape, element by element.
  /// - Precondition: the shapes are the same.
  package func adding(_ other: Tensor) -> Tensor {
    precondition(shape == other.shape, "\(shape) and \(other.shape) cannot be added")
    return Tensor(shape: shape) { destination in
      withUnsafeElements { first in
        if let sums = destination.baseAddress { other.add(to: first.baseAddress, into: sums) }
      }
    }
  }

  /// Adds another tensor of its shape, element by element: where the elements lie, if no other tensor has them.
  /// - Precondition: the shapes are the same.
  mutating func add(_ other: Tensor) {
    precondition(shape == other.shape, "\(shape) and \(other.shape) cannot be added")
    let isAdded = changeInPlace { sums in
      if let sums = sums.baseAddress { other.add(to: sums, into: sums) }
    }
    if !isAdded { self = adding(other) }
  }

  /// Writes the sums of other values and this tensor's, perhaps where the others lie.
  private func add(to first: UnsafePointer<Float>?, into sums: UnsafeMutablePointer<Float>) {
    withUnsafeElements { second in
      parallel(over: Split(count, limit: 65_536)) { part in
        guard let first, let second = second.baseAddress else { return }
        let start = part.lowerBound
        KernelSet.current.table.pointee.add(
          first + start, second + start, sums + start, part.count)
      }
    }
  }
}
