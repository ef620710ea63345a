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
  /// Where the current job's function lies, as a number; it is valid while ``gate`` is open or a helper is at the job.
  private let body = Atomic<UInt>(0)
  /// Who is at the current job: whether helpers may still begin, whether the leader sleeps until the last is done, and how many
  /// there are, in steps of ``Gate/helper``. One number, so that the threads agree on it without a lock.
  private let gate = Atomic(0)
  private enum Gate {
    static let open = 1
    static let leaderSleeps = 2
    static let helper = 4
  }
  /// A number that goes up with each job, and at the run's end, for which helpers wait.
  private let generation = Atomic(0)
  /// Whether the run is over and the helpers go.
  private let isOver = Atomic(false)
  /// How many helpers sleep until the next job; it changes under ``falling`` alone.
  private let sleeping = Atomic(0)
  /// Held while a helper falls asleep, and while sleepers are woken.
  private let falling = Mutex(())
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
    isOver.store(true, ordering: .releasing)
    announce()
  }

  /// Runs `body(0)` … `body(count - 1)`, whose calls write different memory, on all threads, and returns when all are done.
  func run(_ count: Int, _ body: (Int) -> Void) {
    guard count > 1 else {
      if count == 1 { body(0) }
      return
    }
    withoutActuallyEscaping(body) { body in
      withUnsafePointer(to: body) { body in
        for (index, share) in shares.enumerated() {
          share.assign(
            count * index / shares.count..<count * (index + 1) / shares.count)
        }
        self.body.store(UInt(bitPattern: body), ordering: .relaxed)
        gate.store(Gate.open, ordering: .releasing)
        announce()
        take(from: 0, body)
        // No helper begins any more; those that have are waited for.
        let left = gate.bitwiseAnd(~Gate.open, ordering: .acquiringAndReleasing).newValue
        if left > 0 { waitForHelpers() }
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
  private func announce() {
    generation.wrappingAdd(1, ordering: .sequentiallyConsistent)
    // A helper counts itself before it looks at the generation for the last time: one of the two sees the other.
    guard sleeping.load(ordering: .sequentiallyConsistent) > 0 else { return }
    falling.withLock { _ in
      for _ in 0..<sleeping.exchange(0, ordering: .relaxed) { work.signal() }
    }
  }

  /// Waits, as the leader, until the helpers are done with their last pieces: awake for a while, then asleep.
  private func waitForHelpers() {
    for _ in 0..<Self.patience {
      if gate.load(ordering: .acquiring) == 0 { return }
      camreport_pause()
    }
    let left = gate.bitwiseOr(Gate.leaderSleeps, ordering: .acquiringAndReleasing).newValue
    if left >= Gate.helper { done.wait() }
  }

  /// Takes part in each job, as one of the helpers, until the run is over.
  private func help(as helper: Int) {
    var seen = 0
    while true {
      seen = newGeneration(after: seen)
      if isOver.load(ordering: .acquiring) { return }
      if begin(), let body = Body(bitPattern: body.load(ordering: .relaxed)) {
        take(from: helper, body)
        let left = gate.wrappingSubtract(Gate.helper, ordering: .acquiringAndReleasing).newValue
        if left == Gate.leaderSleeps { done.signal() }
      }
    }
  }

  /// Counts a helper to the current job; false where there is none any more.
  private func begin() -> Bool {
    var current = gate.load(ordering: .acquiring)
    while current & Gate.open != 0 {
      let (isCounted, found) = gate.weakCompareExchange(
        expected: current, desired: current + Gate.helper, ordering: .acquiringAndReleasing)
      if isCounted { return true }
      current = found
    }
    return false
  }

  /// Waits, as a helper, until ``generation`` is no longer `seen`, awake for a while, then asleep, and gives the new number.
  private func newGeneration(after seen: Int) -> Int {
    while true {
      for _ in 0..<Self.patience {
        let current = generation.load(ordering: .acquiring)
        if current != seen { return current }
        camreport_pause()
      }
      let sleeps = falling.withLock { _ in
        sleeping.wrappingAdd(1, ordering: .sequentiallyConsistent)
        guard generation.load(ordering: .sequentiallyConsistent) == seen else {
          sleeping.wrappingSubtract(1, ordering: .relaxed)
          return false
        }
        return true
      }
      if sleeps { work.wait() }
    }
  }
}
