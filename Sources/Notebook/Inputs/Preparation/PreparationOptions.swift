import CAMNet

/// How photos are to be prepared for a network, as far as options say it.
public struct PreparationOptions: Sendable, Hashable {
  /// The name of a preset, or a file that says it.
  public var named: String?
  /// What is taken off each channel and what the rest is divided by, as torchvision's `Normalize` has it, of values from 0 to 1; of
  /// bytes where a number is above 1. One number stands for all channels.
  public var mean: [Float]?
  public var deviation: [Float]?
  /// Whether the network reads blue first.
  public var isReversed = false

  public init(
    named: String? = nil, mean: [Float]? = nil, deviation: [Float]? = nil, isReversed: Bool = false
  ) {
    self.named = named
    self.mean = mean
    self.deviation = deviation
    self.isReversed = isReversed
  }

  /// What the options say.
  /// - Returns: nil where they say nothing.
  func found() throws -> FoundPreparation? {
    var found: FoundPreparation?
    if let named {
      if let preset = Preparation.named(named) {
        found = FoundPreparation(preset, .options)
      } else {
        let file = try PreparationFile(contentsOf: named)
        guard file.found.preparation != nil else { throw PreparationError.saysNothing(named) }
        found = file.found
      }
    }
    guard mean != nil || deviation != nil || isReversed else { return found }
    let base = found?.preparation ?? .imageNet
    let channels: Preparation.Channels = isReversed ? .bgr : base.channels
    var preparation = base
    if mean != nil || deviation != nil {
      let (mean, deviation) = (mean ?? [0], deviation ?? [1])
      preparation = try Self.normalizing(channels, mean, deviation)
    } else if base.channels == .rgb,
      let reversed = Preparation(
        .bgr, offsets: base.offsets.reversed(), divisors: base.divisors.reversed())
    {
      preparation = reversed
    }
    return FoundPreparation(
      preparation, .options, fitting: found?.fitting, filter: found?.filter, size: found?.size)
  }

  private static func normalizing(
    _ channels: Preparation.Channels, _ mean: [Float], _ deviation: [Float]
  ) throws -> Preparation {
    func spread(_ values: [Float]) -> [Float] {
      values.count == 1 ? Array(repeating: values[0], count: channels.count) : values
    }
    let (mean, deviation) = (spread(mean), spread(deviation))
    let areBytes = (mean + deviation).contains { $0 > 1 }
    let preparation =
      areBytes
      ? Preparation(channels, offsets: mean, divisors: deviation)
      : .normalizing(channels, mean: mean, deviation: deviation)
    guard let preparation else { throw PreparationError.numbers(channels.count) }
    return preparation
  }
}

/// How photos are prepared for a network, as far as something says it, and what that is.
struct FoundPreparation: Sendable {
  var preparation: Preparation?
  var origin: PreparationOrigin
  var fitting: Fitting?
  var filter: ResizeFilter?
  var size: InputSize?
  /// The file that says it, by its name.
  var file: String?

  init(
    _ preparation: Preparation?, _ origin: PreparationOrigin, fitting: Fitting? = nil,
    filter: ResizeFilter? = nil, size: InputSize? = nil, file: String? = nil
  ) {
    self.preparation = preparation
    self.origin = origin
    self.fitting = fitting
    self.filter = filter
    self.size = size
    self.file = file
  }
}

/// Why nobody can tell how photos are to be prepared.
enum PreparationError: Error, CustomStringConvertible {
  case saysNothing(String)
  case notJSON(String)
  case value(file: String, key: String, reason: String)
  case numbers(Int)

  var description: String {
    switch self {
    case .saysNothing(let name):
      "\(name): says nothing of how photos are prepared; '--preprocess' takes "
        + Preparation.presets.map(\.name).joined(separator: ", ")
        + ", or a file as preprocessor_config.json of Hugging Face and config.json of timm"
    case .notJSON(let file):
      "\(file): is no JSON of how photos are prepared"
    case .value(let file, let key, let reason):
      "\(file): '\(key)' \(reason)"
    case .numbers(let channels):
      "a mean and a standard deviation are \(channels == 1 ? "one number" : "one number, or one for each of \(channels) channels"), finite, and no deviation is 0"
    }
  }
}
