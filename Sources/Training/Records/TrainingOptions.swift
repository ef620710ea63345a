import CAMNet

/// What a training is told: everything that its result follows from, beside the data and the weights that it begins with.
public struct TrainingOptions: Sendable, Hashable, Codable {
  /// Which layers are trained.
  public var trained = TrainedLayers.head
  /// How often each photo is seen.
  public var epochs = 20
  /// How many photos' gradients make a step.
  public var batch = 16
  /// The learning rate; nil for one that a range test finds.
  public var learningRate: Double?
  /// The name of the schedule, of ``Schedules/all``.
  public var schedule = "cosine"
  public var optimizer = OptimizerOptions()
  /// λ in λ · Σ l2_loss(W), over the weights alone, as in the notebook's loss; decoupled with AdamW.
  public var weightDecay = 0.0005
  /// How much of each label is spread evenly over all classes: Szegedy et al., CVPR 2016, section 7.
  public var labelSmoothing = 0.0
  /// Whether each class counts as much as every other, however many photos it has.
  public var balancesClasses = false
  public var validation = Validation.fraction(0.2)
  /// The names of what photos are changed by while they are trained with, of ``Augmentations/all``.
  public var augmentations: [String] = []
  /// What all random draws follow from.
  public var seed = "camreport"
  /// After how many epochs without a lower loss of validation a training ends; nil for never.
  public var patience: Int?
  /// Whether the last layer begins with the weights that it has, where the classes are the same.
  public var keepsHead = false
  /// Whether copies may stand on both sides of the split.
  public var keepsDuplicates = false
  /// How many of a hundred photos may be unreadable.
  public var badPhotos = 5.0
  /// The network's input in pixels; nil for the network's own.
  public var size: InputSize?
  /// The file that holds the network, where the weights are in another; nil where they are in the same, or camreport knows it.
  public var network: String?
  /// How photos are prepared, where something else than the network's file says it.
  public var preparation: Preparation?
  /// The file with the names of the classes that the first weights tell apart; nil for their own names.
  public var classes: String?
  /// A list of where the photos' objects are, which the result's evidence is held against; nil for none.
  public var boxes: String?

  public init() {}
}

/// Which layers a training changes.
public enum TrainedLayers: Sendable, Hashable, Codable {
  /// What follows global average pooling, and for VGG16-CAM its CAM_conv too.
  case head
  case all
  /// Layers by their names.
  case layers([String])
}

/// What photos a training is judged by.
public enum Validation: Sendable, Hashable, Codable {
  /// So much of each class, chosen by the seed.
  case fraction(Double)
  /// A folder with a folder for each class, or a CSV of path and label.
  case data(String)
}

/// An optimizer with its numbers; those that it does not have are not looked at.
public struct OptimizerOptions: Sendable, Hashable, Codable {
  /// The optimizer's name, of ``Optimizers/all``.
  public var name = "sgd"
  public var momentum = 0.9
  public var isNesterov = false
  public var beta1 = 0.9
  public var beta2 = 0.999
  public var epsilon = 1e-8

  public init() {}
}
