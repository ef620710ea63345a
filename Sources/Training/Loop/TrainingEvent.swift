/// What a training tells of while it goes on.
public enum TrainingEvent: Sendable {
  /// A step of the range test was made.
  case rangeTest(step: Int, of: Int)
  /// A photo was trained with, or one that was kept back looked at.
  case photo(TrainingProgress)
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
