extension Tensor {
  /// Feature maps made from these pixel by pixel, on all cores: `body` is given where some pixels of these begin, where their
  /// results belong, and how many pixels they are.
  func mapPixels(
    to shape: Shape, _ body: (UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int) -> Void
  ) -> Tensor {
    Tensor(shape: shape) { destination in
      withUnsafeElements { source in
        let limit = max(1, 16_384 / max(shape[3], self.shape[3], 1))
        parallel(over: Split(shape[1] * shape[2], limit: limit)) { pixels in
          guard let source = source.baseAddress, let target = destination.baseAddress else {
            return
          }
          body(
            source + pixels.lowerBound * self.shape[3], target + pixels.lowerBound * shape[3],
            pixels.count)
        }
      }
    }
  }

  /// Feature maps of this shape, made of the pixels of these and of others of the same shape.
  /// - Parameter body: is given where pixels of both begin, where those that are made do, and how many there are.
  func mapPixels(
    with other: Tensor,
    _ body: (UnsafePointer<Float>, UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int) -> Void
  ) -> Tensor {
    let channels = shape[3]
    return Tensor(shape: shape) { destination in
      withUnsafeElements { own in
        other.withUnsafeElements { other in
          let limit = max(1, 16_384 / max(channels, 1))
          parallel(over: Split(shape[1] * shape[2], limit: limit)) { pixels in
            guard let own = own.baseAddress, let other = other.baseAddress,
              let target = destination.baseAddress
            else { return }
            let start = pixels.lowerBound * channels
            body(own + start, other + start, target + start, pixels.count)
          }
        }
      }
    }
  }

  /// Tensors of one shape joined along a new first axis.
  /// - Precondition: there is at least one tensor, and all have the same shape.
  public static func stacked(_ tensors: [Tensor]) -> Tensor {
    let shape = tensors[0].shape
    precondition(tensors.allSatisfy { $0.shape == shape })
    return Tensor(
      shape: Shape([tensors.count] + shape.dimensions), tensors.flatMap(\.elements))
  }

  /// The part of the tensor at some neighbouring places of its last axis, as of a kernel's output channels.
  public func outputChannels(_ range: Range<Int>) -> Tensor {
    let channels = shape[shape.rank - 1]
    let rows = count / channels
    return Tensor(shape: Shape(shape.dimensions.dropLast() + [range.count])) { destination in
      withUnsafeElements { source in
        parallel(over: Split(rows, limit: 4096)) { rows in
          guard let source = source.baseAddress, let target = destination.baseAddress else {
            return
          }
          for row in rows {
            (target + row * range.count).initialize(
              from: source + row * channels + range.lowerBound, count: range.count)
          }
        }
      }
    }
  }
}
