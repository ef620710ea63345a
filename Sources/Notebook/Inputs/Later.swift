import Synchronization
import Threads

/// A value that is computed once: when it is first asked for, or on another core before that.
final class Later<Value: Sendable>: Sendable {
  private let make: @Sendable () -> Value
  private let made = Mutex<Value?>(nil)

  init(_ make: @escaping @Sendable () -> Value) {
    self.make = make
  }

  /// Begins to compute it where there is a thread for it, and does not wait.
  func start() {
    // Where it is computed already, or just now, there is nothing to begin.
    guard made.withLockIfAvailable({ $0 == nil }) == true else { return }
    Threads.start { _ = self.value }
  }

  /// Waits where another thread computes it.
  var value: Value {
    made.withLock { made in
      if let made { return made }
      let value = make()
      made = value
      return value
    }
  }
}
