import Glibc
import Synchronization

/// Large pieces of memory, used again instead of being given back: the system fills each new page with zeros, which for
/// feature maps takes as long as computing them.
enum MemoryPool {
  /// Smaller pieces are the allocator's.
  static let smallest = 256 << 10
  /// At most this much lies idle.
  private static let limit = 192 << 20

  private struct Block: @unchecked Sendable {
    let memory: UnsafeMutableRawPointer
    let size: Int
  }

  private static let idle = Mutex<[Block]>([])

  /// Uninitialised memory of at least `size` bytes, aligned to a cache line. - Returns: it, and how large it is.
  static func take(_ size: Int) -> (memory: UnsafeMutableRawPointer, size: Int) {
    let found = idle.withLock { blocks -> Block? in
      var best: Int?
      for (index, block) in blocks.enumerated()
      where block.size >= size && block.size <= 2 * size + (4 << 20)
        && block.size < best.map({ blocks[$0].size }) ?? .max
      {
        best = index
      }
      return best.map { blocks.remove(at: $0) }
    }
    if let found { return (found.memory, found.size) }
    // Pages of 2 MB where the system has them: fewer to fill, fewer to look up.
    let page = size >= 2 << 20 ? 2 << 20 : 64 << 10
    let rounded = (size + page - 1) / page * page
    let memory = UnsafeMutableRawPointer.allocate(byteCount: rounded, alignment: page)
    if page == 2 << 20 { madvise(memory, rounded, MADV_HUGEPAGE) }
    return (memory, rounded)
  }

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

/// Calls `body` with uninitialised floats that are its own while it runs.
func withScratch<Result>(
  _ count: Int, _ body: (UnsafeMutablePointer<Float>) -> Result
) -> Result {
  let bytes = max(count, 16) * MemoryLayout<Float>.stride
  let (memory, size) = MemoryPool.take(bytes)
  defer { MemoryPool.give(memory, size: size) }
  return body(memory.bindMemory(to: Float.self, capacity: count))
}
