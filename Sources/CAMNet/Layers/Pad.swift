/// A border around feature maps: of one value, of the places at the edge, or of the places before it in reverse.
public struct Pad: LayerKind {
  /// What the border is made of.
  public enum Border: Sendable, Hashable {
    case constant(Float)
    /// The nearest place at the edge.
    case edge
    /// The maps mirrored at the middle of their outermost places.
    case reflect

    fileprivate var name: String {
      switch self {
      case .constant: "constant"
      case .edge: "edge"
      case .reflect: "reflect"
      }
    }
  }

  public let top: Int
  public let left: Int
  public let bottom: Int
  public let right: Int
  public let border: Border

  /// - Precondition: no side is negative.
  public init(top: Int, left: Int, bottom: Int, right: Int, border: Border = .constant(0)) {
    precondition(min(top, left, bottom, right) >= 0)
    self.top = top
    self.left = left
    self.bottom = bottom
    self.right = right
    self.border = border
  }

  public static let operations = ["pad"]
  public var operation: String { "pad" }

  public var settings: [String: String] {
    var settings = ["padding": "((\(top), \(bottom)), (\(left), \(right)))", "border": border.name]
    if case .constant(let value) = border { settings["value"] = "\(value)" }
    return settings
  }

  public var look: LayerLook { LayerLook("pad") }

  public var neighborhood: Neighborhood {
    guard case .constant = border else { return .unknown }
    return .window(
      Window(
        height: 1, width: 1,
        padding: .explicit(top: top, left: left, bottom: bottom, right: right)))
  }

  /// The words' facts; `value` is what a constant border holds.
  public func facts(_ shapes: LayerShapes) -> [String: LayerFact] {
    var value: Float?
    if case .constant(let constant) = border { value = constant }
    return [
      "top": .number(top), "left": .number(left), "bottom": .number(bottom),
      "right": .number(right), "constant": .flag(value != nil), "zeros": .flag(value == 0),
      "edge": .flag(border == .edge), "reflected": .flag(border == .reflect),
      "value": .text(value.map { "\($0)" } ?? ""),
    ]
  }

  public func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    let input = try inputs.oneFeatureMap()
    if border == .reflect, max(top, bottom) >= input[1] || max(left, right) >= input[2] {
      throw .other("mirrors more than its input of \(input) has")
    }
    return [input[0], top + input[1] + bottom, left + input[2] + right, input[3]]
  }

  public func expression(_ inputs: [String]) -> String {
    let sides = "((0, 0), (\(top), \(bottom)), (\(left), \(right)), (0, 0))"
    if case .constant(let value) = border {
      return "np.pad(\(inputs[0]), \(sides)" + (value == 0 ? ")" : ", constant_values=\(value))")
    }
    return "np.pad(\(inputs[0]), \(sides), '\(border.name)')"
  }

  public var isAffine: Bool { true }

  public func forward(_ inputs: [Tensor], parameters: LayerParameters, output: Shape) -> Tensor {
    let input = inputs[0].shape
    var filling: Float = 0
    if case .constant(let value) = border { filling = value }
    return inputs[0].resampled(
      rows: taps(input[1], top, bottom), columns: taps(input[2], left, right), filling: filling)
  }

  public func backward(_ gradient: Tensor, _ call: LayerCall, wanting: Wanted) -> LayerGradients {
    guard wanting.contains(.inputs) else { return LayerGradients() }
    let input = call.inputs[0].shape
    return LayerGradients(inputs: [
      gradient.resampled(
        rows: taps(input[1], top, bottom).transposed(input[1]),
        columns: taps(input[2], left, right).transposed(input[2]))
    ])
  }

  private func taps(_ count: Int, _ before: Int, _ after: Int) -> AxisTaps {
    AxisTaps(
      taps: (-before..<count + after).map { (place: Int) -> [(index: Int, weight: Float)] in
        let source: Int? =
          switch border {
          case .constant: (0..<count).contains(place) ? place : nil
          case .edge: min(max(place, 0), count - 1)
          case .reflect: place < 0 ? -place : min(place, 2 * (count - 1) - place)
          }
        return source.map { [(index: $0, weight: Float(1))] } ?? []
      })
  }
}

extension Window {
  /// The window over maps that have a border of zeros yet to be put around them; nil for another border, or where the window's own
  /// padding depends on the maps' size.
  package func including(_ pad: Pad) -> Window? {
    guard pad.border == .constant(0) else { return nil }
    let own: (top: Int, left: Int, bottom: Int, right: Int)
    switch padding {
    case .same: return nil
    case .valid: own = (0, 0, 0, 0)
    case .explicit(let top, let left, let bottom, let right): own = (top, left, bottom, right)
    }
    return Window(
      height: height, width: width, strides: strides, dilations: dilations,
      padding: .explicit(
        top: own.top + pad.top, left: own.left + pad.left, bottom: own.bottom + pad.bottom,
        right: own.right + pad.right))
  }
}
