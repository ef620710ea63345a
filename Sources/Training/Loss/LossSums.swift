/// Losses of photos, added up: a mean is over the weights of the photos' classes.
struct LossSums {
  private var loss = 0.0
  private var weight = 0.0
  private var decay = 0.0
  private var right = 0
  private var photos = 0

  /// Adds a photo's loss.
  mutating func add(_ result: SoftmaxCrossEntropy.Result, label: Int, weight: Double) {
    loss += result.loss
    self.weight += weight
    photos += 1
    if result.said == label { right += 1 }
  }

  /// Adds other photos' losses, in a step of which the weights' loss was `decay`.
  mutating func add(_ step: LossSums, decay: Double) {
    loss += step.loss
    weight += step.weight
    right += step.right
    photos += step.photos
    self.decay += decay * Double(step.photos)
  }

  /// The mean loss.
  var crossEntropy: Double { loss / weight }

  /// The means over all photos; nil where there are none.
  var means: EpochRecord.Losses? {
    guard photos > 0 else { return nil }
    return EpochRecord.Losses(
      crossEntropy: crossEntropy, weightDecay: decay / Double(photos),
      accuracy: Double(right) / Double(photos))
  }
}
