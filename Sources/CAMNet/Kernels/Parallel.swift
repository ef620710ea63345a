import Dispatch
import Synchronization

/// How many threads compute at most; nil for one for each core.
enum Parallelism {
  @TaskLocal static var limit: Int?
}

/// A count in equal parts of at most `limit`.
struct Split: RandomAccessCollection, Sendable {
  private let total: Int
  let endIndex: Int
  var startIndex: Int { 0 }

  /// - Precondition: `limit > 0`.
  init(_ total: Int, limit: Int) {
    self.total = total
    endIndex = (total + limit - 1) / limit
  }

  subscript(part: Int) -> Range<Int> {
    total * part / endIndex..<total * (part + 1) / endIndex
  }
}

/// Runs `body` on each part of a count, on all cores.
func parallel(over parts: Split, _ body: (Range<Int>) -> Void) {
  parallel(over: parts.count) { body(parts[$0]) }
}

/// Runs `body(0)` … `body(count - 1)` on all cores and returns when all are done. All parallel work goes through here.
///
/// `body` may write only what no other index writes: that it does is why it need not be `@Sendable`.
func parallel(over count: Int, _ body: (Int) -> Void) {
  guard let limit = Parallelism.limit else {
    withoutActuallyEscaping(body) { body in
      nonisolated(unsafe) let body = body
      DispatchQueue.concurrentPerform(iterations: count) { body($0) }
    }
    return
  }
  let next = Atomic(0)
  withoutActuallyEscaping(body) { body in
    nonisolated(unsafe) let body = body
    DispatchQueue.concurrentPerform(iterations: min(limit, count)) { _ in
      while true {
        let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < count else { return }
        body(index)
      }
    }
  }
}
