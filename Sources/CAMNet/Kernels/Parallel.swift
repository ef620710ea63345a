import Dispatch

/// Runs `body(0)` … `body(count - 1)` on all cores and returns when all are done. All parallel work goes through here.
///
/// `body` may write only what no other index writes: that it does is why it need not be `@Sendable`.
func parallel(over count: Int, _ body: (Int) -> Void) {
  withoutActuallyEscaping(body) { body in
    nonisolated(unsafe) let body = body
    DispatchQueue.concurrentPerform(iterations: count) { body($0) }
  }
}
