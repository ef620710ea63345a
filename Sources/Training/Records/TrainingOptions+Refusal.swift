extension TrainingOptions {
  /// Why nothing can be trained by these numbers, by the names that the command line has for them; nil where it can.
  public var refusal: String? {
    let (count, share) = (1...1_000_000, 0.0..<1)
    let rules: [(isKept: Bool, rule: String)] = [
      (count.contains(epochs), "--epochs takes 1 or more"),
      (count.contains(batch), "--batch takes 1 or more"),
      (
        learningRate.map { $0 > 0 && $0.isFinite } ?? true,
        "--learning-rate takes a number above 0, or auto"
      ),
      (
        share.contains(optimizer.momentum), "--momentum takes a number of 0 or more and less than 1"
      ),
      (share.contains(optimizer.beta1), "--beta1 takes a number of 0 or more and less than 1"),
      (share.contains(optimizer.beta2), "--beta2 takes a number of 0 or more and less than 1"),
      (weightDecay >= 0 && weightDecay.isFinite, "--weight-decay takes a number of 0 or more"),
      (
        share.contains(labelSmoothing),
        "--label-smoothing takes a number of 0 or more and less than 1"
      ),
      (
        validation.isPossible,
        "--validation takes a share of 0 or more and less than 1, or a folder or CSV of photos"
      ),
      (patience.map { $0 >= 1 } ?? true, "--patience takes 1 or more"),
      (
        patience == nil || validation != .fraction(0),
        "--patience needs photos that are kept back: --validation 0.2"
      ),
      ((0.0...100).contains(badPhotos), "--bad-photos takes 0 to 100"),
    ]
    return rules.first { !$0.isKept }?.rule
  }
}

extension Validation {
  fileprivate var isPossible: Bool {
    if case .fraction(let share) = self { (0..<1).contains(share) } else { true }
  }
}
