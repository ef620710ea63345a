import Dispatch
import Kernels
import Synchronization

/// Threads that compute one run's layers together: the one that runs them, and helpers that wait for the next.
///
/// A run hands out work some sixty times in a few milliseconds, and waking a sleeping thread takes tens of microseconds
/// each time. So a helper waits awake for the next layer, but no longer than ``patience``; then it sleeps, and after the run
/// it is gone. Nothing waits on a helper that has not begun: on a busy machine the run's own thread does all.
final class Team: Sendable {
  /// How long a thread waits awake before it sleeps, in pauses of some tens of nanoseconds: about 50 µs.
  private static let patience = 2_000

  private typealias Body = UnsafePointer<(Int) -> Void>

  private struct State: @unchecked Sendable {
    // Unchecked because of `body`, which is called only between its job's beginning and end. A pointer, so that no helper
    // holds on to it longer.
    var body: Body?
    var isOver = false
    var sleeping = 0
    var leaderSleeps = false
  }

  private let state = Mutex(State())
  /// One thread's share of a job: the same part of every layer, so that it finds much of what it reads in its core's cache.
  private final class Share: Sendable {
    let next = Atomic(0)
    let end = Atomic(0)

    func assign(_ range: Range<Int>) {
      next.store(range.lowerBound, ordering: .relaxed)
      end.store(range.upperBound, ordering: .relaxed)
    }

    /// The next piece; nil where there is none left.
    func take() -> Int? {
      let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
      return index < end.load(ordering: .relaxed) ? index : nil
    }
  }

  private let shares: [Share]
  /// Goes up with each job, and at the end.
  private let generation = Atomic(0)
  /// Helpers that are at the current job.
  private let active = Atomic(0)
  private let work = DispatchSemaphore(value: 0)
  private let done = DispatchSemaphore(value: 0)

  /// - Parameter threads: with the one that runs the layers.
  init(threads: Int) {
    shares = (0..<max(threads, 1)).map { _ in Share() }
    for helper in shares.indices.dropFirst() {
      DispatchQueue.global(qos: .userInitiated).async { self.help(as: helper) }
    }
  }

  /// Ends the team: its helpers go.
  func end() {
    state.withLock { state in
      state.isOver = true
      wake(&state)
    }
  }

  /// Runs `body(0)` … `body(count - 1)`, whose calls write different memory.
  func run(_ count: Int, _ body: (Int) -> Void) {
    guard count > 1 else {
      if count == 1 { body(0) }
      return
    }
    withoutActuallyEscaping(body) { body in
      withUnsafePointer(to: body) { body in
        nonisolated(unsafe) let body = body
        for (index, share) in shares.enumerated() {
          share.assign(
            count * index / shares.count..<count * (index + 1) / shares.count)
        }
        state.withLock { state in
          state.body = body
          wake(&state)
        }
        take(from: 0, body)
        // No helper begins any more; those that have are waited for.
        state.withLock { $0.body = nil }
        wait { active.load(ordering: .acquiring) == 0 }
      }
    }
  }

  /// Does one thread's share, then what is left of the others'. Never inlined, so that what it holds is let go when it
  /// returns.
  @inline(never)
  private func take(from first: Int, _ body: Body) {
    for index in shares.indices {
      let share = shares[(first + index) % shares.count]
      while let piece = share.take() { body.pointee(piece) }
    }
  }

  private func wake(_ state: inout State) {
    generation.wrappingAdd(1, ordering: .releasing)
    for _ in 0..<state.sleeping { work.signal() }
    state.sleeping = 0
  }

  /// The leader's wait for its helpers' last pieces.
  private func wait(until isDone: () -> Bool) {
    for _ in 0..<Self.patience {
      if isDone() { return }
      camreport_pause()
    }
    let sleeps = state.withLock { state in
      state.leaderSleeps = !isDone()
      return state.leaderSleeps
    }
    if sleeps { done.wait() }
  }

  private func help(as helper: Int) {
    var seen = 0
    while true {
      seen = newGeneration(after: seen)
      let job = state.withLock { state -> State in
        if state.body != nil { active.wrappingAdd(1, ordering: .relaxed) }
        return state
      }
      if let body = job.body {
        take(from: helper, body)
        state.withLock { state in
          let others = active.wrappingSubtract(1, ordering: .releasing).newValue
          if others == 0, state.leaderSleeps {
            state.leaderSleeps = false
            done.signal()
          }
        }
      }
      if job.isOver { return }
    }
  }

  private func newGeneration(after seen: Int) -> Int {
    while true {
      for _ in 0..<Self.patience {
        let current = generation.load(ordering: .acquiring)
        if current != seen { return current }
        camreport_pause()
      }
      let sleeps = state.withLock { state in
        guard generation.load(ordering: .relaxed) == seen else { return false }
        state.sleeping += 1
        return true
      }
      if sleeps { work.wait() }
    }
  }
}
