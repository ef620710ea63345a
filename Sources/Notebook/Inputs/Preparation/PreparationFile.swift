import CAMNet
import Foundation

/// A file that says how photos are prepared for a network, as they lie beside models: `preprocessor_config.json` of Hugging Face, or
/// `config.json` of timm.
struct PreparationFile {
  /// What the file says; its preparation is nil where it says nothing of that.
  let found: FoundPreparation
  /// The names of the classes by their numbers, where the file says them.
  let classNames: [String]?

  init(contentsOf path: String) throws {
    let data = try FileBytes(contentsOf: path, as: .classNames).withUnsafeBytes { Data($0) }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let name = path.split(separator: "/").last.map(String.init) ?? path
    do {
      classNames = try decoder.decode(Labels.self, from: data).names
      let timm = try decoder.decode(TimmFile.self, from: data)
      if let configuration = try timm.pretrainedCfg ?? TimmConfiguration(ifIn: data, decoder) {
        found = try configuration.found(name)
        return
      }
      let processor = try decoder.decode(HuggingFaceProcessor.self, from: data)
      found = try processor.found(name)
    } catch let error as DecodingError {
      throw PreparationError(error, file: name)
    }
  }

  /// The files that may lie beside a network's, the first that says something first.
  static let names = ["preprocessor_config.json", "config.json"]

  /// What files beside a network say: how photos are prepared, and what its classes are called.
  static func beside(_ path: String) throws -> (found: FoundPreparation?, classNames: [String]?) {
    let folder = LockFile.folder(path)
    var result: (found: FoundPreparation?, classNames: [String]?) = (nil, nil)
    for name in names {
      let path = "\(folder)/\(name)"
      guard FileBytes.isRegular(path) else { continue }
      let file = try PreparationFile(contentsOf: path)
      if result.found == nil, file.found.preparation != nil { result.found = file.found }
      result.classNames = result.classNames ?? file.classNames
    }
    return result
  }
}

/// The names of classes as Hugging Face's configurations have them.
private struct Labels: Decodable {
  let id2label: [String: String]?

  var names: [String]? {
    guard let id2label else { return nil }
    let list = (0..<id2label.count).compactMap { id2label["\($0)"] }
    return list.isEmpty || list.count < id2label.count ? nil : list
  }
}

private struct TimmFile: Decodable {
  let pretrainedCfg: TimmConfiguration?
}

/// How timm says it: https://huggingface.co/docs/timm.
private struct TimmConfiguration: Decodable {
  let inputSize: [Int]
  let mean: [Float]
  let std: [Float]
  let interpolation: String?
  let cropPct: Double?
  let cropMode: String?

  /// The configuration that a file is by itself; nil where it is none.
  init?(ifIn data: Data, _ decoder: JSONDecoder) throws {
    struct Keys: Decodable { let inputSize: [Int]?, mean: [Float]?, std: [Float]? }
    let keys = try? decoder.decode(Keys.self, from: data)
    guard keys?.inputSize != nil, keys?.mean != nil, keys?.std != nil else { return nil }
    self = try decoder.decode(TimmConfiguration.self, from: data)
  }

  func found(_ file: String) throws -> FoundPreparation {
    guard inputSize.count == 3 else {
      throw PreparationError.value(file: file, key: "input_size", reason: "is not three numbers")
    }
    let fraction = cropPct ?? 1
    let fitting: Fitting
    switch cropMode ?? "center" {
    case "center": fitting = .crop(fraction)
    case "squash" where fraction == 1: fitting = .squeeze
    default:
      throw PreparationError.value(
        file: file, key: "crop_mode", reason: "is a way to cut photos that camreport does not know")
    }
    return try FoundPreparation.checked(
      file, .normalizing(mean: mean, deviation: std), fitting: fitting,
      filter: interpolation.flatMap { ResizeFilter(rawValue: $0) },
      size: InputSize(height: inputSize[1], width: inputSize[2]))
  }
}

/// How Hugging Face says it: https://huggingface.co/docs/transformers/main_classes/image_processor.
private struct HuggingFaceProcessor: Decodable {
  let imageProcessorType: String?
  let doResize: Bool?
  let size: Size?
  let cropSize: Size?
  let cropPct: Double?
  let doCenterCrop: Bool?
  let resample: Int?
  let doRescale: Bool?
  let rescaleFactor: Double?
  let rescaleOffset: Bool?
  let doNormalize: Bool?
  let imageMean: [Double]?
  let imageStd: [Double]?
  let includeTop: Bool?
  let doFlipChannelOrder: Bool?

  /// A number of pixels, or of the shortest side, or two.
  struct Size: Decodable {
    var shortestEdge: Int?
    var size: InputSize?

    enum CodingKeys: String, CodingKey { case shortestEdge, height, width }

    init(from decoder: any Decoder) throws {
      if let side = try? decoder.singleValueContainer().decode(Int.self) {
        size = InputSize(side)
        return
      }
      let container = try decoder.container(keyedBy: CodingKeys.self)
      shortestEdge = try container.decodeIfPresent(Int.self, forKey: .shortestEdge)
      if let height = try container.decodeIfPresent(Int.self, forKey: .height) {
        size = InputSize(
          height: height,
          width: try container.decodeIfPresent(Int.self, forKey: .width) ?? height)
      }
    }

    var input: InputSize? { size ?? shortestEdge.map { InputSize($0) } }
  }

  func found(_ file: String) throws -> FoundPreparation {
    guard imageMean != nil || doRescale != nil || rescaleFactor != nil else {
      return FoundPreparation(nil, .file, file: file)
    }
    let (fitting, input) = try fitting(file)
    return try FoundPreparation.checked(
      file, preparation, fitting: fitting, filter: resample.flatMap { Self.filters[$0] },
      size: input)
  }

  /// Pillow's numbers of filters.
  private static let filters: [Int: ResizeFilter] = [
    0: .nearest, 1: .lanczos, 2: .bilinear, 3: .bicubic,
  ]

  /// `(x · factor + shift − mean) / std`, divided by `std` once more where the processor does so for classification.
  private var preparation: Preparation? {
    let factor = doRescale == false ? 1 : rescaleFactor ?? 1 / 255
    let shift: Double = rescaleOffset == true ? -1 : 0
    let normalizes = doNormalize ?? (imageMean != nil)
    let mean = normalizes ? imageMean ?? [0.5, 0.5, 0.5] : [0, 0, 0]
    let deviation = normalizes ? imageStd ?? [0.5, 0.5, 0.5] : [1, 1, 1]
    let divides = includeTop == true && imageProcessorType == "EfficientNetImageProcessor"
    return Preparation(
      doFlipChannelOrder == true ? .bgr : .rgb,
      offsets: mean.map { Float(($0 - shift) / factor) },
      divisors: deviation.map { Float($0 / factor * (divides && normalizes ? $0 : 1)) })
  }

  private func fitting(_ file: String) throws -> (Fitting, InputSize?) {
    let crops = doCenterCrop == true
    let input = crops ? cropSize?.input ?? size?.input : size?.input
    guard doResize != false else { return (crops ? .crop(1) : .squeeze, input) }
    if let cropPct, let edge = size?.shortestEdge {
      // ConvNeXt's processor cuts small inputs and squeezes large ones.
      return (edge < 384 ? .crop(cropPct) : .squeeze, input)
    }
    if let edge = size?.shortestEdge {
      guard crops, let input else { return (.crop(1), input) }
      return (.crop(Double(min(input.height, input.width)) / Double(max(edge, 1))), input)
    }
    guard !crops || cropSize?.input == nil || cropSize?.input == size?.input else {
      throw PreparationError.value(
        file: file, key: "do_center_crop",
        reason: "cuts out of a photo that was squeezed before, which camreport does not do")
    }
    return (.squeeze, input)
  }
}

extension FoundPreparation {
  /// What a file says, where it can be done.
  fileprivate static func checked(
    _ file: String, _ preparation: Preparation?, fitting: Fitting, filter: ResizeFilter?,
    size: InputSize?
  ) throws -> FoundPreparation {
    guard let preparation else { throw PreparationError.numbers(3) }
    if case .crop(let fraction) = fitting, !Fitting.fractions.contains(fraction) {
      throw PreparationError.value(
        file: file, key: "crop_pct", reason: "is \(fraction), and not between 0.1 and 1")
    }
    if let size, !InputOptions.allows(size) {
      throw PreparationError.value(
        file: file, key: "size", reason: "is \(size), and not 1 to 4096 pixels a side")
    }
    return FoundPreparation(
      preparation, .file, fitting: fitting, filter: filter, size: size, file: file)
  }
}

extension PreparationError {
  /// Why a file's JSON cannot be read.
  fileprivate init(_ error: DecodingError, file: String) {
    switch error {
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      self = .value(
        file: file, key: Self.written(context.codingPath.last?.stringValue ?? ""),
        reason: "has a value of the wrong kind")
    case .keyNotFound(let key, _):
      self = .value(file: file, key: Self.written(key.stringValue), reason: "is missing")
    default: self = .notJSON(file)
    }
  }

  /// A key as files have it: `image_mean` of `imageMean`.
  private static func written(_ key: String) -> String {
    key.map { $0.isUppercase ? "_\($0.lowercased())" : "\($0)" }.joined()
  }
}
