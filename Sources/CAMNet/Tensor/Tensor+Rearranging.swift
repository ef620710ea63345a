extension Tensor {
  /// A feature map made from this one pixel by pixel, on all cores: `body` is given where some pixels lie in it, where their
  /// results belong, and how many there are.
  func mapPixels(
    to shape: Shape, _ body: (UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int) -> Void
  ) -> Tensor {
    Tensor(shape: shape) { destination in
      withUnsafeElements { source in
        parallel(over: Split(shape[1] * shape[2], limit: 16_384)) { pixels in
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

  /// Tensors of one shape joined along a new first axis.
  /// - Precondition: there is at least one, and all have its shape.
  public static func stacked(_ tensors: [Tensor]) -> Tensor {
    let shape = tensors[0].shape
    precondition(tensors.allSatisfy { $0.shape == shape })
    return Tensor(
      shape: Shape([tensors.count] + shape.dimensions), tensors.flatMap(\.elements))
  }

  /// Some neighbouring positions of the last axis: a kernel's output channels.
  public func outputChannels(_ range: Range<Int>) -> Tensor {
    let channels = shape[shape.rank - 1]
    return Tensor(shape: Shape(shape.dimensions.dropLast() + [range.count])) { destination in
      withUnsafeElements { source in
        for index in destination.indices {
          destination[index] =
            source[index / range.count * channels + range.lowerBound + index % range.count]
        }
      }
    }
  }
}
