/// An epoch in numbers: losses are means over its photos.
public struct EpochRecord: Sendable, Hashable, Codable {
  /// From 0.
  public var epoch: Int
  /// Whether only the head was trained, as the first epoch of all layers does.
  public var isWarmUp: Bool
  /// The learning rate of the epoch's last step.
  public var learningRate: Double
  /// Over the epoch's steps, each before its change.
  public var training: Losses
  /// After the epoch; nil where no photos were kept back.
  public var validation: Losses?

  public init(
    epoch: Int, isWarmUp: Bool, learningRate: Double, training: Losses, validation: Losses? = nil
  ) {
    self.epoch = epoch
    self.isWarmUp = isWarmUp
    self.learningRate = learningRate
    self.training = training
    self.validation = validation
  }

  public struct Losses: Sendable, Hashable, Codable {
    public var crossEntropy: Double
    /// λ · Σ l2_loss(W): 0 with AdamW, whose decay is no part of the loss.
    public var weightDecay: Double
    /// How many of the photos are classified as they are labelled, 0 … 1.
    public var accuracy: Double

    public init(
      crossEntropy: Double, weightDecay: Double, accuracy: Double
    ) {
      self.crossEntropy = crossEntropy
      self.weightDecay = weightDecay
      self.accuracy = accuracy
    }

    public var total: Double { crossEntropy + weightDecay }
  }
}

/// The losses at learning rates that grow from step to step, on a copy of the network.
public struct RangeTestRecord: Sendable, Hashable, Codable {
  public var points: [Point]
  /// The learning rate that was taken.
  public var chosen: Double

  public init(
    points: [Point], chosen: Double
  ) {
    self.points = points
    self.chosen = chosen
  }

  public struct Point: Sendable, Hashable, Codable {
    public var learningRate: Double
    public var loss: Double

    public init(
      learningRate: Double, loss: Double
    ) {
      self.learningRate = learningRate
      self.loss = loss
    }
  }
}
