/// An array as a file holds it: where its values lie, how far apart, in which type and byte order.
package struct StoredArray: Sendable {
  let contents: Contents
  /// The place in the contents of the first value's first byte.
  let offset: Int
  package let shape: Shape
  package let scalarType: ScalarType
  /// How far apart neighbours along each axis lie, in values.
  let strides: [Int]
  let isBigEndian: Bool

  /// What an array's values lie in.
  enum Contents: Sendable {
    case file(FileBytes)
    case member(ZipContents)

    /// The contents' name for errors: their file's.
    var fileName: String {
      switch self {
      case .file(let file): file.name
      case .member(let contents): contents.file.name
      }
    }

    /// Where the contents are: in which bytes, and where in them they begin.
    func located() throws(WeightsError) -> (file: FileBytes, start: Int) {
      switch self {
      case .file(let file): (file, 0)
      case .member(let contents): try contents.located()
      }
    }
  }

  /// An array whose first value begins `range`, in C order where neither strides nor Fortran order are given. It throws where a
  /// value would lie outside of `range`, or `range` has too few bytes for as many values.
  init(
    _ contents: Contents, range: Range<Int>, shape: Shape, scalarType: ScalarType,
    strides: [Int]? = nil, isFortranOrder: Bool = false, isBigEndian: Bool = false, name: String
  ) throws(WeightsError) {
    let size = scalarType.size
    let strides =
      strides ?? (isFortranOrder ? Self.fortranStrides(shape) : Self.cStrides(shape))
    guard shape.rank <= 32, strides.count == shape.rank, let count = shape.checkedElementCount,
      let last = Self.lastIndex(shape, strides),
      let needed = count == 0 ? 0 : Self.product(last + 1, size)
    else {
      throw .malformed(
        file: contents.fileName, reason: "'\(name)' has the impossible shape \(shape)")
    }
    // A stride of 0 would let a few bytes stand for any number of values.
    guard needed <= range.count, Self.product(count, size).map({ $0 <= range.count }) ?? false
    else {
      throw .truncated(
        file: contents.fileName, what: "'\(name)' \(shape)",
        needed: Swift.max(needed, Self.product(count, size) ?? .max),
        found: range.count)
    }
    self.contents = contents
    self.offset = range.lowerBound
    self.shape = shape
    self.scalarType = scalarType
    self.strides = strides
    self.isBigEndian = isBigEndian && size > 1
  }

  /// How far apart neighbours along each axis lie in C order, the last axis's side by side.
  static func cStrides(_ shape: Shape) -> [Int] {
    var strides = [Int](repeating: 1, count: shape.rank)
    for axis in Swift.stride(from: shape.rank - 2, through: 0, by: -1) {
      strides[axis] = product(strides[axis + 1], shape[axis + 1]) ?? Int.max
    }
    return strides
  }

  /// How far apart neighbours along each axis lie in Fortran order, the first axis's side by side.
  private static func fortranStrides(_ shape: Shape) -> [Int] {
    cStrides(Shape(shape.dimensions.reversed())).reversed()
  }

  /// How far, in values, the farthest value lies from the first; nil for negative strides or where that does not fit an `Int`.
  private static func lastIndex(_ shape: Shape, _ strides: [Int]) -> Int? {
    var index = 0
    for (extent, step) in zip(shape.dimensions, strides) where extent > 0 {
      guard step >= 0, let distance = extent == 1 ? 0 : product(extent - 1, step) else {
        return nil
      }
      let (sum, overflow) = index.addingReportingOverflow(distance)
      guard !overflow, sum < Int.max else { return nil }
      index = sum
    }
    return index
  }

  /// The product of two numbers; nil where it does not fit an `Int`.
  private static func product(_ first: Int, _ second: Int) -> Int? {
    let (product, overflow) = first.multipliedReportingOverflow(by: second)
    return overflow ? nil : product
  }

  /// Whether the values lie in C order with nothing between them.
  private var isContiguous: Bool {
    zip(zip(strides, Self.cStrides(shape)), shape.dimensions).allSatisfy { $0.0 == $0.1 || $1 <= 1 }
  }

  /// How many bytes the values take in the file.
  var size: Int { shape.elementCount * scalarType.size }

  /// The values as float32 in C order: where they lie if they are so already.
  package func tensor() throws(WeightsError) -> Tensor {
    let (file, start) = try contents.located()
    let offset = start + offset
    return file.withUnsafeBytes { bytes in
      if scalarType == .float32, !isBigEndian, isContiguous, shape.elementCount > 0,
        let start = bytes.baseAddress.map({ $0 + offset }), Int(bitPattern: start) % 4 == 0
      {
        let values = UnsafeRawBufferPointer(start: start, count: shape.elementCount * 4)
        return Tensor(shape: shape, borrowing: values.bindMemory(to: Float.self), owner: file)
      }
      return Tensor(shape: shape) { destination in
        if scalarType == .float32, !isBigEndian, isContiguous {
          let range = offset..<offset + destination.count * 4
          UnsafeMutableRawBufferPointer(destination).copyMemory(
            from: UnsafeRawBufferPointer(rebasing: bytes[range]))
          file.forget(range)
          return
        }
        var next = 0
        forEachOffset(from: offset) { offset in
          destination[next] = value(bytes, offset)
          next += 1
        }
      }
    }
  }

  /// The values as whole numbers in C order; of floats what stands before the point, and of what fits no `Int` the nearest.
  package func integers() throws(WeightsError) -> [Int] {
    let (file, start) = try contents.located()
    return file.withUnsafeBytes { bytes in
      var result: [Int] = []
      result.reserveCapacity(shape.elementCount)
      forEachOffset(from: start + offset) { result.append(integer(bytes, $0)) }
      return result
    }
  }

  /// The values' bytes, little-endian in C order.
  func littleEndianBytes() throws(WeightsError) -> [UInt8] {
    let (file, start) = try contents.located()
    let offset = start + offset
    let range = offset..<offset + size
    let size = scalarType.size
    if isContiguous, !isBigEndian { return file.bytes(range) }
    return file.withUnsafeBytes { bytes in
      var result: [UInt8] = []
      result.reserveCapacity(range.count)
      forEachOffset(from: offset) { offset in
        let value = bytes[offset..<offset + size]
        if isBigEndian { result += value.reversed() } else { result += value }
      }
      return result
    }
  }

  /// Calls `body` with each value's first byte, in C order; that of the first is given.
  private func forEachOffset(from offset: Int, _ body: (Int) -> Void) {
    let count = shape.elementCount
    var index = [Int](repeating: 0, count: shape.rank)
    var position = offset
    let size = scalarType.size
    for _ in 0..<count {
      body(position)
      for axis in Swift.stride(from: shape.rank - 1, through: 0, by: -1) {
        index[axis] += 1
        // A file may give an axis of extent 1 any stride: what is added for it wraps round and is taken off again.
        position &+= strides[axis] &* size
        if index[axis] < shape[axis] { break }
        position &-= shape[axis] &* strides[axis] &* size
        index[axis] = 0
      }
    }
  }

  /// The value whose first byte is at `offset`, as a whole number.
  private func integer(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> Int {
    func load<Value: FixedWidthInteger>(_ type: Value.Type) -> Int {
      let stored = bytes.loadUnaligned(fromByteOffset: offset, as: type)
      return Int(clamping: isBigEndian ? Value(bigEndian: stored) : Value(littleEndian: stored))
    }
    switch scalarType {
    case .int8: return load(Int8.self)
    case .int16: return load(Int16.self)
    case .int32: return load(Int32.self)
    case .int64: return load(Int64.self)
    case .uint8: return load(UInt8.self)
    case .uint16: return load(UInt16.self)
    case .uint32: return load(UInt32.self)
    case .uint64: return load(UInt64.self)
    case .bool: return load(UInt8.self) == 0 ? 0 : 1
    case .float16, .bfloat16, .float32, .float64:
      return Int(clamping: value(bytes, offset))
    }
  }

  /// The value whose first byte is at `offset`, as float32.
  private func value(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> Float {
    func load<Value: FixedWidthInteger>(_ type: Value.Type) -> Value {
      let stored = bytes.loadUnaligned(fromByteOffset: offset, as: type)
      return isBigEndian ? Value(bigEndian: stored) : Value(littleEndian: stored)
    }
    switch scalarType {
    case .float16: return Float(Float16(bitPattern: load(UInt16.self)))
    case .bfloat16: return Float(bitPattern: UInt32(load(UInt16.self)) << 16)
    case .float32: return Float(bitPattern: load(UInt32.self))
    case .float64: return Float(Double(bitPattern: load(UInt64.self)))
    case .int8: return Float(load(Int8.self))
    case .int16: return Float(load(Int16.self))
    case .int32: return Float(load(Int32.self))
    case .int64: return Float(load(Int64.self))
    case .uint8: return Float(load(UInt8.self))
    case .uint16: return Float(load(UInt16.self))
    case .uint32: return Float(load(UInt32.self))
    case .uint64: return Float(load(UInt64.self))
    case .bool: return load(UInt8.self) == 0 ? 0 : 1
    }
  }
}

extension Int {
  /// A float's whole part, the nearest number where it does not fit; 0 for NaN.
  package init(clamping value: Float) {
    self = Int(exactly: value.rounded(.towardZero)) ?? (value > 0 ? .max : value < 0 ? .min : 0)
  }
}
