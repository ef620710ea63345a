import Foundation
import Threads

/// The threads that a task's parallel work is done on.
enum Parallelism {
  /// The task's own thread and the helpers of its run.
  case team(Team)
  /// The task's own thread only, as where each core has a photo of its own.
  case alone
  /// The task's own thread and new ones, one for each core, for work outside of a run.
  case cores

  /// The threads of the current task.
  @TaskLocal static var current = cores

  /// Runs `body` with its parallel work done on `threads` threads, its own among them; nil stands for one for each core.
  static func with<Result>(threads: Int?, _ body: () throws -> Result) rethrows -> Result {
    let threads = threads ?? ProcessInfo.processInfo.activeProcessorCount
    guard threads > 1 else { return try $current.withValue(.alone, operation: body) }
    let team = Team(threads: threads)
    defer { team.end() }
    return try $current.withValue(.team(team), operation: body)
  }
}

/// The numbers from 0 up to a count, in parts of as equal length as can be.
struct Split: RandomAccessCollection, Sendable {
  private let total: Int
  let endIndex: Int
  var startIndex: Int { 0 }

  /// - Parameters:
  ///   - total: how many numbers are divided.
  ///   - limit: how many numbers a part has at most; at least 1.
  ///   - multiple: what the number of parts is a multiple of, so that threads get as many each, unless `total` is smaller.
  init(_ total: Int, limit: Int, multiple: Int = 1) {
    self.total = total
    let parts = (total + limit - 1) / limit
    endIndex = Swift.min((parts + multiple - 1) / multiple * multiple, total)
  }

  subscript(part: Int) -> Range<Int> {
    total * part / endIndex..<total * (part + 1) / endIndex
  }
}

/// Runs `body` on each part of a count, on the current task's threads, and returns when all are done.
func parallel(over parts: Split, _ body: (Range<Int>) -> Void) {
  parallel(over: parts.count) { body(parts[$0]) }
}

/// Runs `body` on parts of the numbers from 0 up to a count, of at most `limit` each, on the current task's threads, and returns
/// when all are done.
package func parallel(over count: Int, limit: Int, _ body: (Range<Int>) -> Void) {
  parallel(over: Split(count, limit: limit), body)
}

/// Runs `body(0)` … `body(count - 1)` on the current task's threads and returns when all are done. All parallel work goes
/// through here.
///
/// A call of `body` may write only what no other call reads or writes; because it keeps to that, `body` need not be
/// `@Sendable`.
func parallel(over count: Int, _ body: (Int) -> Void) {
  switch Parallelism.current {
  case .team(let team):
    team.run(count, body)
  case .alone:
    for index in 0..<count { body(index) }
  case .cores:
    Threads.share(count, body)
  }
}
