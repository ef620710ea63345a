/// When checkpoints are written: after each epoch, unless that would take more than a tenth of the time, since epochs may be shorter
/// than a disk takes for one.
struct CheckpointWriting: Sendable {
  /// The least time between two checkpoints, in the time that one takes.
  private static let ratio = 10

  private let longestPause: Duration
  private let clock = ContinuousClock()
  /// How many epochs the last checkpoint has; 0 where there is none.
  var epochs = 0
  /// When it was written, and how long that took; nil before the first of this process.
  private var last: (end: ContinuousClock.Instant, duration: Duration)?

  /// - Parameter longestPause: after how long an epoch is written down whatever it takes.
  init(longestPause: Duration) {
    self.longestPause = longestPause
  }

  /// Whether the next is to be written.
  var isDue: Bool {
    guard let last else { return true }
    return last.end.duration(to: clock.now) >= min(last.duration * Self.ratio, longestPause)
  }

  /// Notes that a checkpoint was written, and how long that took.
  mutating func note(_ epochs: Int, took duration: Duration) {
    last = (clock.now, duration)
    self.epochs = epochs
  }
}
