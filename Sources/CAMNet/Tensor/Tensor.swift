/// An array of float32 values with a shape, in C order.
///
/// Copies share their storage. The storage is memory of the tensor's own, or a region that something else keeps
/// alive (a mapped file, data inside the binary), so weights can be used where they lie.
public struct Tensor: Sendable {
  public let shape: Shape
  private var storage: TensorStorage

  /// - Precondition: `elements.count == shape.elementCount`.
  public init(shape: Shape, _ elements: [Float]) {
    precondition(
      elements.count == shape.elementCount, "\(elements.count) elements do not fill \(shape)")
    self.init(shape: shape) { destination in
      _ = destination.initialize(from: elements)
    }
  }

  public init(shape: Shape, repeating value: Float) {
    self.init(shape: shape) { $0.initialize(repeating: value) }
  }

  /// A tensor whose elements `fill` writes, every one of them, into uninitialised memory.
  public init<Failure: Error>(
    shape: Shape, fill: (UnsafeMutableBufferPointer<Float>) throws(Failure) -> Void
  ) throws(Failure) {
    let storage = TensorStorage(count: shape.elementCount)
    try fill(UnsafeMutableBufferPointer(mutating: storage.elements))
    self.shape = shape
    self.storage = storage
  }

  /// A tensor over memory that `owner` keeps alive and nobody writes.
  /// - Precondition: `elements.count == shape.elementCount`.
  package init(
    shape: Shape, borrowing elements: UnsafeBufferPointer<Float>, owner: AnyObject & Sendable
  ) {
    precondition(elements.count == shape.elementCount)
    self.shape = shape
    self.storage = TensorStorage(borrowing: elements, owner: owner)
  }

  /// A tensor of the same elements, not copied, under another shape of as many elements.
  public func reshaped(_ shape: Shape) -> Tensor {
    precondition(
      shape.elementCount == self.shape.elementCount, "\(self.shape) does not reshape to \(shape)")
    return Tensor(shape: shape, storage: storage)
  }

  private init(shape: Shape, storage: TensorStorage) {
    self.shape = shape
    self.storage = storage
  }

  public var count: Int { storage.elements.count }

  /// The element at a flat index in C order.
  public subscript(flat index: Int) -> Float {
    precondition(storage.elements.indices.contains(index))
    return storage.elements[index]
  }

  /// The elements, copied, in C order.
  public var elements: [Float] { Array(storage.elements) }

  /// The elements where they lie, valid only inside `body`.
  public func withUnsafeElements<Result, Failure: Error>(
    _ body: (UnsafeBufferPointer<Float>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    defer { withExtendedLifetime(storage) {} }
    return try body(storage.elements)
  }

  /// Calls `body` with the elements to change where they lie.
  /// - Returns: whether it was called: it is not where another tensor, or something else, has the elements too.
  mutating func changeInPlace(_ body: (UnsafeMutableBufferPointer<Float>) -> Void) -> Bool {
    guard isKnownUniquelyReferenced(&storage), storage.isOwn else { return false }
    defer { withExtendedLifetime(storage) {} }
    body(UnsafeMutableBufferPointer(mutating: storage.elements))
    return true
  }
}

/// The memory of a tensor's elements, given back with this object. Unchecked because of the pointer: what it points to is
/// written only before the tensor exists, or while it is the only one.
private final class TensorStorage: @unchecked Sendable {
  let elements: UnsafeBufferPointer<Float>
  /// What keeps borrowed memory alive; nil for memory of the tensor's own.
  private let owner: (AnyObject & Sendable)?
  /// How many bytes were taken from the pool; nil for memory that is not the pool's.
  private let pooled: Int?

  init(count: Int) {
    let bytes = max(count, 1) * MemoryLayout<Float>.stride
    let memory: UnsafeMutableRawPointer
    if bytes >= MemoryPool.smallest {
      (memory, pooled) = MemoryPool.take(bytes)
    } else {
      // Elements begin where a line of the cache does, so that loads of whole vectors never straddle two lines.
      memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
      pooled = nil
    }
    elements = UnsafeBufferPointer(
      start: memory.bindMemory(to: Float.self, capacity: count), count: count)
    owner = nil
  }

  init(borrowing elements: UnsafeBufferPointer<Float>, owner: AnyObject & Sendable) {
    self.elements = elements
    self.owner = owner
    pooled = nil
  }

  /// Whether nothing else can have the elements.
  var isOwn: Bool { owner == nil }

  deinit {
    guard owner == nil, let memory = UnsafeMutableRawPointer(mutating: elements.baseAddress) else {
      return
    }
    if let pooled {
      MemoryPool.give(memory, size: pooled)
    } else {
      memory.deallocate()
    }
  }
}
