import Glibc
import Synchronization

/// Large pieces of memory, used again instead of being given back to the system, which fills each new page with zeros: for
/// feature maps that takes as long as computing them.
enum MemoryPool {
  /// The least size, in bytes, of a piece that is worth the pool; tensors leave smaller ones to the allocator.
  static let smallest = 32 << 10
  /// How many bytes lie idle at most; what is more is given back to the system.
  private static let limit = 192 << 20

  /// A piece of memory that nobody uses. Unchecked because of the pointer: who takes the block out is the only one to have it.
  private struct Block: @unchecked Sendable {
    let memory: UnsafeMutableRawPointer
    let size: Int
  }

  /// The pieces that can be taken, in the order in which they were given back.
  private static let idle = Mutex<[Block]>([])

  /// Takes uninitialised memory of at least `size` bytes, aligned to a cache line: the smallest idle piece that is not far too
  /// large, or a new one.
  /// - Returns: where the memory lies, and its size in bytes, by which it is given back.
  static func take(_ size: Int) -> (memory: UnsafeMutableRawPointer, size: Int) {
    // Pages of 2 MB where the system has them: fewer to fill, fewer to look up.
    let page = size >= 2 << 20 ? 2 << 20 : size >= 256 << 10 ? 64 << 10 : 4 << 10
    let rounded = (size + page - 1) / page * page
    let spare = min(rounded, 4 << 20)
    let found = idle.withLock { blocks -> Block? in
      var best: Int?
      for (index, block) in blocks.enumerated()
      where block.size >= size && block.size <= 2 * rounded + spare
        && block.size < best.map({ blocks[$0].size }) ?? .max
      {
        best = index
      }
      return best.map { blocks.remove(at: $0) }
    }
    if let found { return (found.memory, found.size) }
    let memory = UnsafeMutableRawPointer.allocate(byteCount: rounded, alignment: page)
    if page == 2 << 20 { madvise(memory, rounded, MADV_HUGEPAGE) }
    return (memory, rounded)
  }

  /// Gives memory back that ``take(_:)`` returned; nobody may read or write it any more.
  static func give(_ memory: UnsafeMutableRawPointer, size: Int) {
    let block = Block(memory: memory, size: size)
    let excess = idle.withLock { blocks -> [Block] in
      blocks.append(block)
      var total = blocks.reduce(0) { $0 + $1.size }
      var excess: [Block] = []
      while total > limit {
        let first = blocks.removeFirst()
        total -= first.size
        excess.append(first)
      }
      return excess
    }
    for block in excess { block.memory.deallocate() }
  }
}

/// Calls `body` with `count` uninitialised floats that are its own while it runs.
func withScratch<Result>(
  _ count: Int, _ body: (UnsafeMutablePointer<Float>) -> Result
) -> Result {
  let bytes = max(count, 16) * MemoryLayout<Float>.stride
  let (memory, size) = MemoryPool.take(bytes)
  defer { MemoryPool.give(memory, size: size) }
  return body(memory.bindMemory(to: Float.self, capacity: count))
}
