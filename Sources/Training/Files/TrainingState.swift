/// How far a training is, beside its variables.
struct TrainingState: Sendable, Hashable, Codable {
  /// One entry for each epoch that was finished.
  var epochs: [EpochRecord] = []
  /// The epoch with the lowest cross entropy of the photos that were kept back, the first of equals; the last epoch where none
  /// were.
  var bestEpoch: Int?
  var rangeTest: RangeTestRecord?
  /// The 2-norms of the last step's gradients, by the variables' names.
  var gradientNorms: [String: Double] = [:]

  /// How many epochs were finished.
  var finished: Int { epochs.count }

  /// Adds an epoch, and says whether it is the best so far.
  mutating func add(_ epoch: EpochRecord) -> Bool {
    let best = bestEpoch.flatMap { epochs[$0].validation?.crossEntropy }
    let isBest =
      if let best, let own = epoch.validation?.crossEntropy { own < best } else { true }
    epochs.append(epoch)
    if isBest { bestEpoch = epochs.count - 1 }
    return isBest
  }

  /// How many epochs were finished since the best.
  var waited: Int { bestEpoch.map { epochs.count - 1 - $0 } ?? 0 }
}
