/// What is done to a photo's pixels before a network's own first layer reads them: `(x − offset) / divisor` of the channels that the
/// network was trained on, where x are bytes, 0 to 255.
public struct Preparation: Sendable, Hashable {
  /// The channels that a network reads, in its order.
  public enum Channels: String, Sendable, CaseIterable, Codable {
    case rgb, bgr, gray

    public var count: Int { self == .gray ? 1 : 3 }
  }

  public let channels: Channels
  /// What is taken off, one number for each channel in the network's order.
  public let offsets: [Float]
  /// What the rest is divided by, one number for each channel in the network's order.
  public let divisors: [Float]

  /// A preparation; nil where the numbers are not as many as the channels, or not finite, or a divisor is 0.
  public init?(_ channels: Channels = .rgb, offsets: [Float], divisors: [Float]) {
    guard offsets.count == channels.count, divisors.count == channels.count,
      (offsets + divisors).allSatisfy(\.isFinite), !divisors.contains(0)
    else { return nil }
    self.init(checked: channels, offsets, divisors)
  }

  fileprivate init(
    checked channels: Channels, _ offsets: [Float], _ divisors: [Float]
  ) {
    self.channels = channels
    self.offsets = offsets
    self.divisors = divisors
  }

  /// A preparation as torchvision's `Normalize` is told it: x / 255 less the mean, divided by the standard deviation.
  /// - Returns: nil where the numbers are not as many as the channels, or not finite, or a deviation is 0.
  public static func normalizing(
    _ channels: Channels = .rgb, mean: [Float], deviation: [Float]
  ) -> Preparation? {
    Preparation(
      channels, offsets: mean.map { Float(255 * Double($0)) },
      divisors: deviation.map { Float(255 * Double($0)) })
  }
}

extension Preparation {
  /// By the means and deviations of ImageNet's photos, as torchvision's networks are trained.
  public static let imageNet = Preparation(
    checked: .rgb, [123.675, 116.28, 103.53], [58.395, 57.12, 57.375])
  /// To −1 … 1, as Inception, MobileNet and many of Keras' networks are trained.
  public static let half = Preparation(
    checked: .rgb, [127.5, 127.5, 127.5], [127.5, 127.5, 127.5])
  /// To 0 … 1.
  public static let unit = Preparation(checked: .rgb, [0, 0, 0], [255, 255, 255])
  /// Bytes as they are.
  public static let raw = Preparation(checked: .rgb, [0, 0, 0], [1, 1, 1])
  /// Blue, green, red without ImageNet's means, as Caffe's networks are trained, and Keras' VGG and ResNet.
  public static let caffe = Preparation(checked: .bgr, [103.939, 116.779, 123.68], [1, 1, 1])

  /// The preparations that have names, in the order in which they are tried.
  public static let presets: [(name: String, preparation: Preparation)] = [
    ("imagenet", imageNet), ("half", half), ("unit", unit), ("raw", raw), ("caffe", caffe),
  ]

  /// The preparation of a name.
  public static func named(_ name: String) -> Preparation? {
    presets.first { $0.name == name }?.preparation
  }

  /// The preparation for a network that reads so many channels: of one channel, the middles of the three channels' numbers.
  public func reading(_ channels: Int) -> Preparation {
    guard channels == 1, self.channels != .gray else { return self }
    func middle(_ values: [Float]) -> Float {
      Float(values.reduce(0) { $0 + Double($1) } / Double(values.count))
    }
    return Preparation(checked: .gray, [middle(offsets)], [middle(divisors)])
  }

  /// The names that its layers have.
  package static let layerNames: Set = ["reversed", "gray", "rescaled"]

  /// The layers that prepare what the layer `input` gives, in their order.
  package func layers(_ input: String) -> [Layer] {
    var layers: [Layer] = []
    func add(_ name: String, _ kind: any LayerKind) {
      layers.append(Layer(name, kind, layers.last?.name ?? input))
    }
    switch channels {
    case .rgb: break
    case .bgr: add("reversed", ReverseChannels())
    case .gray: add("gray", Grayscale())
    }
    if offsets.contains(where: { $0 != 0 }) || divisors.contains(where: { $0 != 1 }) {
      add("rescaled", Rescale(offsets: offsets, divisors: divisors))
    }
    return layers
  }
}

extension Preparation: Codable {
  enum CodingKeys: String, CodingKey { case channels, offsets, divisors }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let preparation = Preparation(
      try container.decode(Channels.self, forKey: .channels),
      offsets: try container.decode([Float].self, forKey: .offsets),
      divisors: try container.decode([Float].self, forKey: .divisors))
    guard let preparation else {
      throw DecodingError.dataCorruptedError(
        forKey: .offsets, in: container, debugDescription: "not a finite number for each channel")
    }
    self = preparation
  }
}

extension Network {
  /// What the leading layers do to a photo, which prepare it; nothing where none does.
  public var preparation: Preparation {
    var (channels, offsets, divisors) = (Preparation.Channels.rgb, [Float](), [Float]())
    for layer in preparationLayers {
      switch layer.kind {
      case is ReverseChannels: channels = .bgr
      case is Grayscale: channels = .gray
      case let rescale as Rescale: (offsets, divisors) = (rescale.offsets, rescale.divisors)
      default: break
      }
    }
    let plain = Array(repeating: Float(0), count: channels.count)
    return Preparation(channels, offsets: offsets, divisors: divisors)
      ?? Preparation(checked: channels, plain, plain.map { _ in 1 })
  }

  /// How many of the leading layers prepare the photo.
  package var preparationCount: Int { preparationLayers.count }

  /// How many channels the network reads of a prepared photo.
  private var preparedChannels: Int {
    guard let last = preparationLayers.last, let shapes = try? shapes(),
      let prepared = shapes.first(where: { $0.layer.name == last.name })
    else { return 3 }
    return prepared.output[3]
  }

  /// The network with another preparation of its photos in the place of its own.
  func with(_ preparation: Preparation) throws(NetworkError) -> Network {
    let own = preparationLayers
    let layers = preparation.reading(preparedChannels).layers(input)
    let (was, last) = (own.last?.name ?? input, layers.last?.name ?? input)
    let rest = self.layers.dropFirst(own.count).map { layer in
      layer.with(inputs: layer.inputs.map { $0 == was ? last : $0 })
    }
    return try with(layers: layers + rest)
  }

  /// The leading layers that prepare the photo, by the names that ``Preparation`` gives them.
  private var preparationLayers: ArraySlice<Layer> {
    layers.prefix { Preparation.layerNames.contains($0.name) }
  }
}
