import CAMNet

/// The places of a shape's elements, counted in C order, as operators that move elements need them.
struct Places {
  let shape: Shape
  /// How far apart neighbours along each axis lie.
  let strides: [Int]

  init(_ shape: Shape) {
    self.shape = shape
    var strides = [Int](repeating: 1, count: shape.rank)
    for axis in stride(from: shape.rank - 2, through: 0, by: -1) {
      strides[axis] = strides[axis + 1] * shape[axis + 1]
    }
    self.strides = strides
  }

  /// Calls `body` with the place of each element, in C order, in arrays whose neighbours along each axis lie `strides` apart.
  static func walk(_ shape: Shape, _ strides: [[Int]], _ body: ([Int]) -> Void) {
    guard shape.elementCount > 0 else { return }
    var index = [Int](repeating: 0, count: shape.rank)
    var places = [Int](repeating: 0, count: strides.count)
    while true {
      body(places)
      var axis = shape.rank - 1
      while axis >= 0 {
        index[axis] += 1
        for array in strides.indices { places[array] += strides[array][axis] }
        if index[axis] < shape[axis] { break }
        for array in strides.indices { places[array] -= shape[axis] * strides[array][axis] }
        index[axis] = 0
        axis -= 1
      }
      if axis < 0 { return }
    }
  }

  /// The places in this shape that the elements of another, of as many axes, are taken from.
  /// - Parameter source: for each axis, which index along it each of the other's indices stands for; nil for none.
  func taken(by shape: Shape, _ source: [[Int?]]) -> [Int] {
    var places = [0]
    for axis in 0..<shape.rank {
      var next: [Int] = []
      next.reserveCapacity(places.count * shape[axis])
      for place in places {
        for index in source[axis] {
          next.append(place < 0 ? -1 : index.map { place + $0 * strides[axis] } ?? -1)
        }
      }
      places = next
    }
    return places
  }

  /// The strides by which this shape is read as if it were `target`: axes of extent 1 are repeated.
  func strides(broadcastTo target: Shape) -> [Int] {
    let missing = target.rank - shape.rank
    return (0..<target.rank).map { axis in
      axis < missing || shape[axis - missing] == 1 ? 0 : strides[axis - missing]
    }
  }
}

extension Shape {
  /// The shape that two shapes are both repeated to along axes of extent 1; nil where they do not fit.
  func broadcast(with other: Shape) -> Shape? {
    let rank = max(rank, other.rank)
    var dimensions: [Int] = []
    for axis in 0..<rank {
      let one = axis < rank - self.rank ? 1 : self[axis - rank + self.rank]
      let two = axis < rank - other.rank ? 1 : other[axis - rank + other.rank]
      guard one == two || one == 1 || two == 1 else { return nil }
      dimensions.append(one == 1 ? two : one)
    }
    return Shape(dimensions)
  }

  /// The product of the extents of some axes.
  func count(_ axes: Range<Int>) -> Int { dimensions[axes].reduce(1, *) }

  /// The shape without some axes.
  func removing(_ axes: Set<Int>) -> Shape {
    Shape(dimensions.enumerated().filter { !axes.contains($0.offset) }.map(\.element))
  }
}
