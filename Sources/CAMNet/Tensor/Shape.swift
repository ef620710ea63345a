/// The extent of a tensor along each of its axes; activations are NHWC, kernels HWIO.
public struct Shape: Sendable, Hashable, Codable, ExpressibleByArrayLiteral {
  public let dimensions: [Int]

  public init(_ dimensions: [Int]) {
    self.dimensions = dimensions
  }

  public init(arrayLiteral elements: Int...) {
    self.init(elements)
  }

  public init(from decoder: any Decoder) throws {
    self.init(try [Int](from: decoder))
  }

  public func encode(to encoder: any Encoder) throws {
    try dimensions.encode(to: encoder)
  }

  /// The number of axes, 0 for a scalar.
  public var rank: Int { dimensions.count }

  /// The number of elements: the product of the dimensions, 1 for a scalar.
  public var elementCount: Int { dimensions.reduce(1, *) }

  /// The number of elements, or nil where a dimension is negative or the product does not fit an `Int`.
  public var checkedElementCount: Int? {
    var count = 1
    for dimension in dimensions {
      let (product, overflow) = count.multipliedReportingOverflow(by: dimension)
      guard dimension >= 0, !overflow else { return nil }
      count = product
    }
    return count
  }

  /// The extent along an axis, counted from 0.
  public subscript(axis: Int) -> Int { dimensions[axis] }
}

extension Shape: CustomStringConvertible {
  /// The shape as Python prints a tuple: `(1, 14, 14, 1024)`, `(1024,)`, `()`.
  public var description: String {
    let list = dimensions.map(String.init).joined(separator: ", ")
    return rank == 1 ? "(\(list),)" : "(\(list))"
  }

  /// The shape as kernels' are written in prose: `3×3×256×1024`, or `scalar`.
  public var crossDescription: String {
    rank == 0 ? "scalar" : dimensions.map(String.init).joined(separator: "×")
  }
}
