import CAMNet

/// Floats that are changed in place. Unchecked because of the pointer: a training's steps alone write it, and none while a pass
/// that reads it is alive.
final class FloatBuffer: @unchecked Sendable {
  let start: UnsafeMutablePointer<Float>
  let count: Int

  /// Zeros.
  init(count: Int) {
    self.count = count
    // Vectors begin where a line of the cache does.
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: max(count, 1) * MemoryLayout<Float>.stride, alignment: 64)
    start = memory.bindMemory(to: Float.self, capacity: count)
    start.initialize(repeating: 0, count: count)
  }

  /// A copy of a tensor's values.
  convenience init(_ tensor: Tensor) {
    self.init(count: tensor.count)
    set(tensor)
  }

  deinit { start.deallocate() }

  func set(_ tensor: Tensor) {
    precondition(tensor.count == count)
    tensor.withUnsafeElements { elements in
      if let source = elements.baseAddress { start.update(from: source, count: count) }
    }
  }

  /// The floats as they lie, which change with the buffer.
  func tensor(_ shape: Shape) -> Tensor {
    Tensor(shape: shape, borrowing: UnsafeBufferPointer(start: start, count: count), owner: self)
  }
}

/// A parameter that is trained: its values, and what an optimizer remembers of them.
struct Variable: Sendable {
  let name: ParameterName
  let shape: Shape
  let values: FloatBuffer
  private let memories: [String: FloatBuffer]

  /// - Parameters:
  ///   - values: the first values, in canonical shape, copied.
  ///   - memories: the names of what an optimizer remembers.
  init(_ name: ParameterName, _ values: Tensor, memories: [String]) {
    self.name = name
    shape = values.shape
    self.values = FloatBuffer(values)
    self.memories = Dictionary(
      memories.map { ($0, FloatBuffer(count: values.count)) }, uniquingKeysWith: { one, _ in one })
  }

  /// Has the optimizer remember nothing, as before a training's first step.
  func forget() {
    for memory in memories.values {
      memory.start.update(repeating: 0, count: memory.count)
    }
  }

  /// The values as they are, which change with the next step.
  var tensor: Tensor { values.tensor(shape) }

  /// What the optimizer remembers under one of its names.
  func memory(_ name: String) -> FloatBuffer {
    guard let memory = memories[name] else {
      preconditionFailure("no optimizer of this training remembers '\(name)'")
    }
    return memory
  }
}
