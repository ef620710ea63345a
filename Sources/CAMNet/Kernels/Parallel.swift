import Dispatch
import Foundation

/// Who computes.
enum Parallelism {
  /// This thread and a run's helpers.
  case team(Team)
  /// This thread.
  case alone
  /// Whoever is free.
  case cores

  @TaskLocal static var current = cores

  /// Runs `body` with `threads` threads, nil for one for each core.
  static func with<Result>(threads: Int?, _ body: () throws -> Result) rethrows -> Result {
    let threads = threads ?? ProcessInfo.processInfo.activeProcessorCount
    guard threads > 1 else { return try $current.withValue(.alone, operation: body) }
    let team = Team(threads: threads)
    defer { team.end() }
    return try $current.withValue(.team(team), operation: body)
  }
}

/// A count in equal parts of at most `limit`.
struct Split: RandomAccessCollection, Sendable {
  private let total: Int
  let endIndex: Int
  var startIndex: Int { 0 }

  /// - Parameter multiple: of how many parts there are, so that threads get as many each; of small totals there are fewer.
  /// - Precondition: `limit > 0`.
  init(_ total: Int, limit: Int, multiple: Int = 1) {
    self.total = total
    let parts = (total + limit - 1) / limit
    endIndex = Swift.min((parts + multiple - 1) / multiple * multiple, total)
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
  switch Parallelism.current {
  case .team(let team):
    team.run(count, body)
  case .alone:
    for index in 0..<count { body(index) }
  case .cores:
    withoutActuallyEscaping(body) { body in
      nonisolated(unsafe) let body = body
      DispatchQueue.concurrentPerform(iterations: count) { body($0) }
    }
  }
}
