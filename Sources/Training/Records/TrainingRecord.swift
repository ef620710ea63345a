import CAMNet

/// What a training was told, did and gave, `training.json`: everything that a report says. The same data, options and version make
/// the same record, so it holds no time and no speed.
public struct TrainingRecord: Sendable, Hashable, Codable {
  /// camreport's version.
  public var version: String
  /// The network's name, such as `vgg16-cam`, and its title.
  public var model: String
  public var title: String
  /// The instruction set whose kernels computed.
  public var kernels: String
  /// The library that computed the products of a head with kept features, and its version; nil where camreport's kernels did.
  public var products: String?
  /// Where the first weights are from, and the hash of their file; nil for weights from a formula.
  public var weights: String
  public var weightsSHA256: String?
  /// The result's path and the hash of its values: empty until it is written.
  public var output: String
  public var outputSHA256: String?
  public var options: TrainingOptions
  public var data: DataSummary
  public var rangeTest: RangeTestRecord?
  /// One entry for each epoch that was finished, in their order.
  public var epochs: [EpochRecord] = []
  /// The epoch whose weights are the result, from 0; nil before the first.
  public var bestEpoch: Int?
  public var ending = Ending.epochs
  /// The result on the photos of validation, or of training where none were kept back.
  public var evaluation: Evaluation?
  /// The trained and the frozen variables, in the network's order.
  public var variables: [VariableRecord] = []

  public init(
    version: String, model: String, title: String, kernels: String, products: String? = nil,
    weights: String, weightsSHA256: String? = nil, output: String, outputSHA256: String? = nil,
    options: TrainingOptions, data: DataSummary, rangeTest: RangeTestRecord? = nil,
    epochs: [EpochRecord] = [], bestEpoch: Int? = nil, ending: Ending = Ending.epochs,
    evaluation: Evaluation? = nil, variables: [VariableRecord] = []
  ) {
    self.version = version
    self.model = model
    self.title = title
    self.kernels = kernels
    self.products = products
    self.weights = weights
    self.weightsSHA256 = weightsSHA256
    self.output = output
    self.outputSHA256 = outputSHA256
    self.options = options
    self.data = data
    self.rangeTest = rangeTest
    self.epochs = epochs
    self.bestEpoch = bestEpoch
    self.ending = ending
    self.evaluation = evaluation
    self.variables = variables
  }

  /// Why a training ended.
  public enum Ending: String, Sendable, Hashable, Codable {
    /// All epochs were done.
    case epochs
    /// The loss of validation fell no further.
    case patience
    /// The loss became infinite or no number.
    case diverged
  }
}

/// The photos of a training.
public struct DataSummary: Sendable, Hashable, Codable {
  /// The folder or list as it was named.
  public var path: String
  /// The hash of all photos' bytes with their paths, labels and side of the split.
  public var sha256: String
  /// The classes in the order of the network's outputs.
  public var classes: [ClassCount]
  /// Photos that could not be read, and why not.
  public var skipped: [Skipped]
  /// Photos that are copies of each other, on both sides of the split as it was drawn.
  public var duplicates: [DuplicatePair]

  public init(
    path: String, sha256: String, classes: [ClassCount], skipped: [Skipped],
    duplicates: [DuplicatePair]
  ) {
    self.path = path
    self.sha256 = sha256
    self.classes = classes
    self.skipped = skipped
    self.duplicates = duplicates
  }

  public struct ClassCount: Sendable, Hashable, Codable {
    public var name: String
    public var training: Int
    public var validation: Int

    public init(
      name: String, training: Int, validation: Int
    ) {
      self.name = name
      self.training = training
      self.validation = validation
    }
  }

  public struct Skipped: Sendable, Hashable, Codable {
    public var path: String
    public var reason: String

    public init(
      path: String, reason: String
    ) {
      self.path = path
      self.reason = reason
    }
  }
}

/// Two photos that show the same.
public struct DuplicatePair: Sendable, Hashable, Codable {
  /// What is the same of them.
  public enum Kind: String, Sendable, Hashable, Codable {
    /// Every pixel.
    case pixels
    /// Small pictures of them when one is laid over the other or its mirror image, to a concordance of 0.99 or more.
    case picture
    /// The direction of the network's frozen features, to a cosine of 0.87 or more, where few photos are so near to others.
    case features
  }

  public var training: String
  public var validation: String
  public var kind: Kind
  /// 1 for the same pixels, else the concordance of the pictures or the cosine of the features.
  public var similarity: Double
  /// The path of the one that was moved to the other side, which is training; nil where both were left.
  public var moved: String?

  public init(
    training: String, validation: String, kind: Kind, similarity: Double, moved: String? = nil
  ) {
    self.training = training
    self.validation = validation
    self.kind = kind
    self.similarity = similarity
    self.moved = moved
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

/// What the trained network says of photos whose classes are known.
public struct Evaluation: Sendable, Hashable, Codable {
  /// Whether the photos are those that were kept back, and not those that were trained with.
  public var isValidation: Bool
  /// The photos in the order of their paths.
  public var photos: [EvaluatedPhoto]
  /// The evidence of each class, in the classes' order.
  public var evidence: [ClassEvidence]

  public init(
    isValidation: Bool, photos: [EvaluatedPhoto], evidence: [ClassEvidence]
  ) {
    self.isValidation = isValidation
    self.photos = photos
    self.evidence = evidence
  }

  /// confusion[true][said], in the classes' order.
  public func confusion(classes: Int) -> [[Int]] {
    var counts = [[Int]](repeating: [Int](repeating: 0, count: classes), count: classes)
    for photo in photos { counts[photo.label][photo.said] += 1 }
    return counts
  }
}

/// A photo, its class and what the network said.
public struct EvaluatedPhoto: Sendable, Hashable, Codable {
  public var path: String
  /// The place of its class.
  public var label: Int
  /// The place of the class with the highest probability.
  public var said: Int
  /// The probability of the class it is labelled with, and of the one that was said.
  public var labelProbability: Double
  public var saidProbability: Double
  public var crossEntropy: Double

  public init(
    path: String, label: Int, said: Int, labelProbability: Double, saidProbability: Double,
    crossEntropy: Double
  ) {
    self.path = path
    self.label = label
    self.said = said
    self.labelProbability = labelProbability
    self.saidProbability = saidProbability
    self.crossEntropy = crossEntropy
  }
}

/// Where a class's evidence lies in the photos of the class that are classified right or wrong alike.
public struct ClassEvidence: Sendable, Hashable, Codable {
  /// How many photos the numbers are means of.
  public var photos: Int
  /// The share of positive evidence inside the boxes given for the photos; nil where none are given.
  public var inBoxes: Double?
  /// How much of the photos the boxes cover.
  public var boxArea: Double?
  /// The share in the middle third of both sides, a ninth of the photo.
  public var inMiddle: Double
  /// The share in the outer eighth along each border, 7/16 of the photo.
  public var alongBorder: Double
  /// How alike the maps of the class's photos are: the mean correlation of two photos' maps; nil for a single photo.
  public var likeness: Double?
  /// Where the maps' mean is largest, as fractions of width and height.
  public var peakX: Double
  public var peakY: Double
  /// Whether the maps sit in one place whatever the photo.
  public var isFixed: Bool

  public init(
    photos: Int, inBoxes: Double? = nil, boxArea: Double? = nil, inMiddle: Double,
    alongBorder: Double, likeness: Double? = nil, peakX: Double, peakY: Double, isFixed: Bool
  ) {
    self.photos = photos
    self.inBoxes = inBoxes
    self.boxArea = boxArea
    self.inMiddle = inMiddle
    self.alongBorder = alongBorder
    self.likeness = likeness
    self.peakX = peakX
    self.peakY = peakY
    self.isFixed = isFixed
  }
}

/// A variable of the network before and after.
public struct VariableRecord: Sendable, Hashable, Codable {
  /// Such as `conv1_1/weights`.
  public var name: String
  public var shape: [Int]
  public var isTrained: Bool
  /// Whether weight decay applies.
  public var decays: Bool
  /// The 2-norm of the values after training.
  public var norm: Double
  /// The 2-norm of the mean gradient of the last step's loss; nil where it is not trained.
  public var gradientNorm: Double?
  /// The 2-norm of the change from the first values; nil where it has other shapes now, as a new head.
  public var changeNorm: Double?

  public init(
    name: String, shape: [Int], isTrained: Bool, decays: Bool, norm: Double,
    gradientNorm: Double? = nil, changeNorm: Double? = nil
  ) {
    self.name = name
    self.shape = shape
    self.isTrained = isTrained
    self.decays = decays
    self.norm = norm
    self.gradientNorm = gradientNorm
    self.changeNorm = changeNorm
  }
}
