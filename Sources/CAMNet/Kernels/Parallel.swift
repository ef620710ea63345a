import Dispatch
import Synchronization

/// How many threads compute at most; nil for one for each core.
enum Parallelism {
  @TaskLocal static var limit: Int?
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
