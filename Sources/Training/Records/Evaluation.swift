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
