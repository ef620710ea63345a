/// Feature maps of another height and width, each place made of its nearest place or of its nearest two along each axis.
public struct Resize: LayerKind {
  /// Where the places of the output lie among those of the input, as ONNX calls it.
  public enum Coordinates: String, Sendable, Hashable {
    /// The middles of both ends' places are as far from the edges: (place + ½) / scale − ½.
    case halfPixel = "half_pixel"
    /// The same, with as much room on both sides where the output was rounded to fewer places.
    case symmetricHalfPixel = "half_pixel_symmetric"
    /// As ``halfPixel``, but for an output of one place, which lies at the first.
    case torchHalfPixel = "pytorch_half_pixel"
    /// The outermost places lie upon each other.
    case alignCorners = "align_corners"
    /// The first places lie upon each other: place / scale.
    case asymmetric
  }

  /// What a place is made of.
  public enum Mode: Sendable, Hashable {
    case linear
    /// The nearest place, rounded as said.
    case nearest(Rounding)

    fileprivate var name: String {
      switch self {
      case .linear: "linear"
      case .nearest: "nearest"
      }
    }
  }

  /// Which place counts as the nearest, as ONNX calls it.
  public enum Rounding: String, Sendable, Hashable {
    case floor, ceil
    case preferFloor = "round_prefer_floor"
    case preferCeil = "round_prefer_ceil"
  }

  /// How one axis is resized.
  public struct Axis: Sendable, Hashable {
    public let output: Int
    /// How many times as many places there are, before that was rounded.
    public let scale: Double

    public init(output: Int, scale: Double) {
      self.output = output
      self.scale = scale
    }
  }

  public let rows: Axis
  public let columns: Axis
  public let mode: Mode
  public let coordinates: Coordinates

  /// - Precondition: the output has places, and scales are above 0.
  public init(rows: Axis, columns: Axis, mode: Mode, coordinates: Coordinates) {
    precondition(min(rows.output, columns.output) > 0 && min(rows.scale, columns.scale) > 0)
    self.rows = rows
    self.columns = columns
    self.mode = mode
    self.coordinates = coordinates
  }

  public static let operations = ["resize"]
  public var operation: String { "resize" }

  public var settings: [String: String] {
    var settings = [
      "size": "\(rows.output)×\(columns.output)", "scales": "\(rows.scale), \(columns.scale)",
      "mode": mode.name, "coordinates": coordinates.rawValue,
    ]
    if case .nearest(let rounding) = mode { settings["rounding"] = rounding.rawValue }
    return settings
  }

  public var look: LayerLook { LayerLook("resize") }

  public var neighborhood: Neighborhood { .unknown }

  public func facts(_ shapes: LayerShapes) -> [String: LayerFact] {
    let (input, output) = (shapes.inputs[0], shapes.output)
    return [
      "nearest": .flag(mode != .linear),
      "enlarges": .flag(output[1] > input[1] || output[2] > input[2]),
    ]
  }

  public func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    let input = try inputs.oneFeatureMap()
    return [input[0], rows.output, columns.output, input[3]]
  }

  public func expression(_ inputs: [String]) -> String {
    var arguments =
      "\(inputs[0]), (\(rows.output), \(columns.output)), (\(rows.scale), \(columns.scale)), "
      + "'\(coordinates.rawValue)'"
    if case .nearest(let rounding) = mode { arguments += ", '\(rounding.rawValue)'" }
    return "resize_maps(\(arguments))"
  }

  public var isAffine: Bool { true }

  public func forward(_ inputs: [Tensor], parameters: LayerParameters, output: Shape) -> Tensor {
    let input = inputs[0].shape
    return inputs[0].resampled(rows: taps(rows, input[1]), columns: taps(columns, input[2]))
  }

  public func backward(_ gradient: Tensor, _ call: LayerCall, wanting: Wanted) -> LayerGradients {
    guard wanting.contains(.inputs) else { return LayerGradients() }
    let input = call.inputs[0].shape
    return LayerGradients(inputs: [
      gradient.resampled(
        rows: taps(rows, input[1]).transposed(input[1]),
        columns: taps(columns, input[2]).transposed(input[2]))
    ])
  }

  private func taps(_ axis: Axis, _ input: Int) -> AxisTaps {
    let last = input - 1
    return AxisTaps(
      taps: (0..<axis.output).map { place in
        let position = position(axis, input, Double(place))
        guard case .nearest(let rounding) = mode else {
          let first = position.rounded(.down)
          let share = Float(position - first)
          return [(Int(first), 1 - share), (Int(first) + 1, share)].map {
            (min(max($0.0, 0), last), $0.1)
          }
        }
        let nearest: Double =
          switch rounding {
          case .floor: position.rounded(.down)
          case .ceil: position.rounded(.up)
          case .preferCeil: (position + 0.5).rounded(.down)
          case .preferFloor: (position - 0.5).rounded(.up)
          }
        return [(min(max(Int(nearest), 0), last), 1)]
      })
  }

  /// Where a place of the output lies among the input's, counted from the middle of the first.
  private func position(_ axis: Axis, _ input: Int, _ place: Double) -> Double {
    let exact = axis.scale * Double(input)
    switch coordinates {
    case .alignCorners: return exact == 1 ? 0 : place * Double(input - 1) / (exact - 1)
    case .asymmetric: return place / axis.scale
    case .torchHalfPixel where exact == 1: return -0.5
    case .symmetricHalfPixel:
      let offset = Double(input) / 2 * (1 - Double(axis.output) / exact)
      return offset + (place + 0.5) / axis.scale - 0.5
    default: return (place + 0.5) / axis.scale - 0.5
    }
  }
}
