/// What a training tells of while it goes on.
public enum TrainingEvent: Sendable {
  /// A photo was read, and what the frozen layers give of it is kept: so many of all.
  case read(Int, of: Int)
  /// The training begins, or goes on after the epochs that were finished before an interruption.
  case begun(after: [EpochRecord])
  /// A step of the range test was made.
  case rangeTest(step: Int, of: Int)
  /// A photo was trained with, or one that was kept back looked at.
  case photo(TrainingProgress)
  /// A photo was looked at with the result, so many of all.
  case evaluated(Int, of: Int)
  /// An epoch was finished, of so many.
  case epoch(EpochRecord, of: Int)
}

/// Where a training is.
public struct TrainingProgress: Sendable {
  /// From 0, of so many.
  public var epoch = 0
  public var epochs = 0
  /// How many photos of this epoch are done, of how many.
  public var photo = 0
  public var photos = 0
  /// Over the epoch's steps so far; nil before the first.
  public var losses: EpochRecord.Losses?
  public var learningRate = 0.0
}
