import Dispatch
import Kernels
import Synchronization
import Threads

/// Threads that compute one run's layers together: the leader, which runs the layers, and helpers that wait for the next.
///
/// A run hands out work some sixty times in a few milliseconds, and waking a sleeping thread takes tens of microseconds
/// each time. So a helper waits awake for the next layer, but no longer than ``patience``; then it sleeps, and after the run
/// it is gone. Nothing waits on a helper that has not begun: on a busy machine the run's own thread does all.
final class Team: Sendable {
  /// How long a thread waits awake before it sleeps, in pauses of some tens of nanoseconds: about 50 µs.
  private static let patience = 2_000

  /// Where the function lies that a job calls for each of its pieces.
  private typealias Body = UnsafePointer<(Int) -> Void>

  /// What the threads agree on under the lock. Unchecked because of `body`, which is called only between its job's beginning
  /// and end.
  private struct State: @unchecked Sendable {
    /// The current job's function, nil between jobs. It is a pointer, so that no helper holds on to the function longer.
    var body: Body?
    /// Whether the run is over and the helpers go.
    var isOver = false
    /// How many helpers sleep until the next job.
    var sleeping = 0
    /// Whether the leader sleeps until the last helper is done.
    var leaderSleeps = false
  }

  private let state = Mutex(State())
  /// One thread's share of a job: the same part of every layer, so that it finds much of what it reads in its core's cache.
  private final class Share: Sendable {
    /// The number of the piece that is taken next; past `end` where none is left.
    let next = Atomic(0)
    /// The number behind the share's last piece.
    let end = Atomic(0)

    /// Makes the pieces `range` of a new job the share.
    func assign(_ range: Range<Int>) {
      next.store(range.lowerBound, ordering: .relaxed)
      end.store(range.upperBound, ordering: .relaxed)
    }

    /// Takes the share's next piece and gives its number; nil where none is left.
    func take() -> Int? {
      let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
      return index < end.load(ordering: .relaxed) ? index : nil
    }
  }

  /// Each thread's share of the current job, the leader's first.
  private let shares: [Share]
  /// A number that goes up with each job, and at the run's end, for which helpers wait.
  private let generation = Atomic(0)
  /// How many helpers are at the current job.
  private let active = Atomic(0)
  /// What helpers sleep on until there is a job.
  private let work = DispatchSemaphore(value: 0)
  /// What the leader sleeps on until the last helper is done.
  private let done = DispatchSemaphore(value: 0)

  /// - Parameter threads: how many threads compute, the leader among them.
  init(threads: Int) {
    shares = (0..<max(threads, 1)).map { _ in Share() }
    for helper in shares.indices.dropFirst() {
      // Where there is no thread to be had, the others do its share.
      guard Threads.start({ self.help(as: helper) }) else { break }
    }
  }

  /// Ends the team, and its helpers' threads.
  func end() {
    state.withLock { state in
      state.isOver = true
      wake(&state)
    }
  }

  /// Runs `body(0)` … `body(count - 1)`, whose calls write different memory, on all threads, and returns when all are done.
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

  /// Does the share number `first` of a job, then what is left of the other threads' shares. It is never inlined, so that what
  /// it holds is let go when it returns.
  @inline(never)
  private func take(from first: Int, _ body: Body) {
    for index in shares.indices {
      let share = shares[(first + index) % shares.count]
      while let piece = share.take() { body.pointee(piece) }
    }
  }

  /// Announces a job, or the end, to all helpers, those asleep included.
  private func wake(_ state: inout State) {
    generation.wrappingAdd(1, ordering: .releasing)
    for _ in 0..<state.sleeping { work.signal() }
    state.sleeping = 0
  }

  /// Waits, as the leader, until the helpers are done with their last pieces: awake for a while, then asleep.
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

  /// Takes part in each job, as one of the helpers, until the run is over.
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

  /// Waits, as a helper, until ``generation`` is no longer `seen`, awake for a while, then asleep, and gives the new number.
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
