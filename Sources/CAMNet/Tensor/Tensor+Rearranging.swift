extension Tensor {
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
