import Dispatch
import Synchronization

/// Runs `body` for 0 … `count` − 1 on `workers` threads, and gives each result to `take` in the order of the numbers, one
/// at a time and as early as that order allows.
package func inOrder<Result: Sendable>(
  _ count: Int, workers: Int, body: @Sendable (Int) -> Result, take: (Int, Result) -> Void
) {
  let taken = Atomic(0)
  let state = Mutex<(next: Int, waiting: [Int: Result])>((0, [:]))
  withoutActuallyEscaping(take) { take in
    // Only ever called under the lock.
    nonisolated(unsafe) let take = take
    DispatchQueue.concurrentPerform(iterations: workers) { _ in
      while true {
        let index = taken.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index < count else { return }
        let result = body(index)
        state.withLock { state in
          state.waiting[index] = result
          while let result = state.waiting.removeValue(forKey: state.next) {
            take(state.next, result)
            state.next += 1
          }
        }
      }
    }
  }
}
