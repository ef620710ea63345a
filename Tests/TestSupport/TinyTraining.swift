import CAMNet
import Training

/// A network of 2,000 parameters with nearly every layer kind, and four photos of noise: those of
/// `../shared/reference/training/tiny-steps.json`.
public enum TinyTraining {
  public static let labels = [0, 3, 1, 4]

  public static func model() throws -> Model {
    let normalization = BatchNormalization(epsilon: 0.001)
    func window(_ side: Int, stride: Int = 1) -> Window {
      Window(height: side, width: side, stride: stride)
    }
    let network = try Network(
      name: "tiny", input: "photo", defaultSize: 16,
      layers: [
        Layer("image", Rescale(offsets: [127, 127, 127], divisor: 128), "photo"),
        Layer(
          "c1", Convolution(window(3), outputChannels: 8, hasBiases: true, activation: .relu),
          "image"),
        Layer("a", MaxPooling(window(2, stride: 2)), "c1"),
        Layer(
          "e",
          Convolution(
            window(1), outputChannels: 24, batchNormalization: normalization, activation: .relu6),
          "a"),
        Layer(
          "d",
          Convolution(
            window(5), outputChannels: 24, groups: 24, batchNormalization: normalization,
            activation: .relu6), "e"),
        Layer(
          "p", Convolution(window(1), outputChannels: 8, batchNormalization: normalization), "d"),
        Layer("added", Add(), "p", "a"),
        Layer(
          "d2",
          Convolution(
            window(3, stride: 2), outputChannels: 8, groups: 8, batchNormalization: normalization,
            activation: .relu6), "added"),
        Layer("g", Convolution(window(3), outputChannels: 16, groups: 2, hasBiases: true), "d2"),
        Layer("pooled", GlobalAveragePooling(), "g"),
        Layer("fc", Dense(outputs: 5, hasBiases: true), "pooled"),
      ])
    return Model(network, title: "A tiny network")
  }

  /// A photo of noise: that of the tag `<seed>/image/<number>`.
  public static func image(_ number: Int, side: Int = 16, seed: String = "camreport") -> RGBImage {
    let base = Mixing.fnv1a64("\(seed)/image/\(number)")
    let pixels = (0..<side * side * 3).map { index in
      let value = Float(Mixing.splitmix64(base &+ UInt64(index)) >> 40) * 0x1p-23 - 1
      return UInt8((value + 1) * 127.5)
    }
    return RGBImage(width: side, height: side, pixels: pixels)
  }

  public static func photos(_ labels: [Int] = labels, side: Int = 16) -> [TrainingPhoto] {
    labels.enumerated().map { number, label in
      TrainingPhoto(name: "photo \(number)", label: label, sha256: "photo \(number)") { _ in
        image(number, side: side)
      }
    }
  }

  public static func parameters(_ model: Model) throws -> NetworkParameters {
    try NetworkParameters(SyntheticWeights(seed: "camreport").store(for: model), for: model)
  }

  /// A training of the tiny network.
  public static func setup(
    _ options: TrainingOptions, labels: [Int] = labels, kept: Int = 0,
    execution: ExecutionOptions = ExecutionOptions(), cache: FeatureCache? = nil
  ) throws -> TrainingSetup {
    let model = try model()
    let first = try parameters(model)
    return TrainingSetup(
      model: model, parameters: options.keepsHead ? first : model.beginning(from: first),
      options: options, photos: photos(labels), training: Array(0..<labels.count - kept),
      validation: Array(labels.count - kept..<labels.count), execution: execution, cache: cache,
      version: "test")
  }
}
