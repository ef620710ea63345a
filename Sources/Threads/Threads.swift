import Foundation
import Glibc
import Synchronization

/// Threads of the system's own, each for one piece of work.
///
/// Where the system has no thread to give, Dispatch waits for ever. Here the threads that there are do the work, and at the least
/// there is the caller's own.
package enum Threads {
  /// Runs `body` on a thread of its own, and does not wait for it.
  /// - Returns: whether there was a thread to be had; without one `body` is not run.
  @discardableResult
  package static func start(_ body: @escaping @Sendable () -> Void) -> Bool {
    guard let thread = create(body) else { return false }
    pthread_detach(thread)
    return true
  }

  /// Runs `body(0)` … `body(count - 1)` on several threads, the caller's among them, and returns when all are done.
  /// - Parameter workers: on how many threads, or as there are; nil for as many as cores are not at work in a share already, so
  ///   that a share inside another starts none beside those of the other.
  package static func share(_ count: Int, workers: Int? = nil, _ body: (Int) -> Void) {
    let most =
      workers
      ?? (ProcessInfo.processInfo.activeProcessorCount - helping.load(ordering: .relaxed))
    withoutActuallyEscaping(body) { body in
      // Calls of one `body` run side by side because its caller says so.
      nonisolated(unsafe) let body = body
      let pieces = Pieces(count)
      let work: @Sendable () -> Void = {
        while let piece = pieces.take() { body(piece) }
      }
      let help: @Sendable () -> Void = {
        work()
        helping.wrappingSubtract(1, ordering: .relaxed)
      }
      var helpers: [pthread_t] = []
      while helpers.count + 1 < min(most, count) {
        helping.wrappingAdd(1, ordering: .relaxed)
        guard let helper = create(help) else {
          helping.wrappingSubtract(1, ordering: .relaxed)
          break
        }
        helpers.append(helper)
      }
      work()
      for helper in helpers { pthread_join(helper, nil) }
    }
  }

  /// How many threads beside their callers' are at work in shares.
  private static let helping = Atomic(0)

  /// The numbers of a job's pieces, each taken once.
  private final class Pieces: Sendable {
    private let count: Int
    private let next = Atomic(0)

    init(_ count: Int) {
      self.count = count
    }

    func take() -> Int? {
      let piece = next.wrappingAdd(1, ordering: .relaxed).oldValue
      return piece < count ? piece : nil
    }
  }

  /// A thread's function, as an object that a C pointer can name.
  private final class Work: Sendable {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) {
      self.body = body
    }
  }

  /// A new thread that runs `body`; nil where there is none to be had.
  private static func create(_ body: @escaping @Sendable () -> Void) -> pthread_t? {
    let work = Unmanaged.passRetained(Work(body))
    var thread = pthread_t()
    let code = pthread_create(
      &thread, nil,
      { work in
        if let work { Unmanaged<Work>.fromOpaque(work).takeRetainedValue().body() }
        return nil
      }, work.toOpaque())
    guard code == 0 else {
      work.release()
      return nil
    }
    return thread
  }
}
