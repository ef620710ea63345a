extension Tensor {
  /// The channels `shown` of feature maps (1, h, w, channels) as they are drawn: h · w bytes of each, row by row.
  ///
  /// A byte is a value's place between its channel's smallest and largest, 0 … 255, cut to a whole number; 0 where the value is
  /// not finite, or all of the channel's are the same.
  public func levels(ofChannels shown: [Int], kernels: KernelSet = .current) -> [[UInt8]] {
    let channels = shape[3]
    precondition(shown.allSatisfy { (0..<channels).contains($0) })
    let pixels = count / channels
    let planes = [UInt8](unsafeUninitializedCapacity: shown.count * pixels) { planes, count in
      withUnsafeElements { values in
        kernels.table.pointee.levels(
          values.baseAddress, pixels, channels, shown, shown.count, planes.baseAddress)
      }
      count = shown.count * pixels
    }
    return shown.indices.map { Array(planes[$0 * pixels..<($0 + 1) * pixels]) }
  }
}
