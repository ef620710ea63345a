import Synchronization

/// Runs `body` for 0 … `count` − 1 on several threads, and gives each result to `take` in the order of the numbers, one at a time and
/// as early as that order allows.
/// - Parameter workers: on how many threads, or as there are; nil for as many as cores are free.
package func inOrder<Result: Sendable>(
  _ count: Int, workers: Int? = nil, body: @Sendable (Int) -> Result, take: (Int, Result) -> Void
) {
  let state = Mutex<(next: Int, waiting: [Int: Result])>((0, [:]))
  withoutActuallyEscaping(take) { take in
    // Only ever called under the lock.
    nonisolated(unsafe) let take = take
    Threads.share(count, workers: workers) { index in
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
