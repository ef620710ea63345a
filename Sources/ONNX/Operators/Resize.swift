import CAMNet
import Foundation

/// `Resize`, and `Upsample` before it: another number of places along some axes, each value from its nearest, two or four neighbours.
public struct Resize: Operator {
  private let mode: String
  private let coordinates: String
  private let rounding: String
  private let cubicCoefficient: Double
  private let excludesOutside: Bool
  private let extrapolation: Float
  private let smooths: Bool
  private let axes: [Int]?
  private let policy: String
  /// The scales, where they are an attribute.
  private let scales: [Float]?
  private let isUpsample: Bool
  /// Whether the scales are the second input, and not the third.
  private let hasNoRegion: Bool

  public init(_ node: Attributes) throws(OperatorError) {
    isUpsample = node.operation == "Upsample"
    hasNoRegion = isUpsample || node.opset < 11
    mode = try node.text("mode", default: "nearest")
    coordinates =
      hasNoRegion
      ? "asymmetric" : try node.text("coordinate_transformation_mode", default: "half_pixel")
    rounding =
      hasNoRegion ? "floor" : try node.text("nearest_mode", default: "round_prefer_floor")
    cubicCoefficient = Double(try node.float("cubic_coeff_a", default: -0.75))
    excludesOutside = try node.flag("exclude_outside")
    extrapolation = try node.float("extrapolation_value", default: 0)
    smooths = try node.flag("antialias")
    axes = try node.integers("axes")
    policy = try node.text("keep_aspect_ratio_policy", default: "stretch")
    scales = try node.floats("scales")
    let known = [
      ("mode", mode, ["nearest", "linear", "bilinear", "cubic"]),
      (
        "coordinate_transformation_mode", coordinates,
        [
          "half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners", "asymmetric",
          "tf_crop_and_resize",
        ]
      ),
      ("nearest_mode", rounding, ["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"]),
      ("keep_aspect_ratio_policy", policy, ["stretch", "not_larger", "not_smaller"]),
    ]
    for (name, value, values) in known where !values.contains(value) {
      throw OperatorError("has an unknown \(name) '\(value)'")
    }
  }

  /// How one axis is resized.
  private struct Axis {
    let input: Int
    var output: Int
    var scale: Double
    /// The part of the input that is resized, from 0 to 1.
    var region = 0.0...1.0
    var isResized: Bool
  }

  private func plan(_ inputs: Operands) throws(OperatorError) -> [Axis] {
    let shape = try inputs.shape(0)
    var named = Array(0..<shape.rank)
    if let axes { named = try Axes.resolved(axes, rank: shape.rank) }
    func list(_ index: Int) throws(OperatorError) -> Tensor? {
      guard inputs.has(index), try inputs.shape(index).elementCount > 0 else { return nil }
      let tensor = try inputs.tensor(index)
      return tensor
    }
    var result = shape.dimensions.map { Axis(input: $0, output: $0, scale: 1, isResized: false) }
    var scales = scales
    if scales == nil { scales = try list(hasNoRegion ? 1 : 2)?.elements }
    if let scales {
      guard scales.count == named.count else {
        throw OperatorError("has \(scales.count) scales for \(named.count) axes")
      }
      for (scale, axis) in zip(scales, named) {
        let output = Double(shape[axis]) * Double(scale)
        guard scale > 0, output < Double(Limits.elements) else {
          throw OperatorError("has a scale of \(scale)")
        }
        result[axis] = Axis(
          input: shape[axis], output: Int(output), scale: Double(scale), isResized: scale != 1)
      }
    } else if let sizes = try list(3)?.elements {
      guard sizes.count == named.count else {
        throw OperatorError("has \(sizes.count) sizes for \(named.count) axes")
      }
      var factors = zip(sizes, named).map { Double($0) / Double(shape[$1]) }
      if policy != "stretch", let smallest = factors.min(), let largest = factors.max() {
        factors = factors.map { _ in policy == "not_larger" ? smallest : largest }
      }
      for (place, axis) in named.enumerated() {
        let output =
          policy == "stretch"
          ? Double(sizes[place])
          : (factors[place] * Double(shape[axis])).rounded(.toNearestOrAwayFromZero)
        guard shape[axis] > 0, output >= 0, output < Double(Limits.elements) else {
          throw OperatorError("makes \(sizes[place]) of \(shape[axis])")
        }
        result[axis] = Axis(
          input: shape[axis], output: Int(output), scale: factors[place],
          isResized: factors[place] != 1 || Int(output) != shape[axis])
      }
    } else {
      throw OperatorError("has neither scales nor sizes")
    }
    if coordinates == "tf_crop_and_resize" {
      let region = try list(1)?.elements ?? []
      guard region.count == 2 * named.count else {
        throw OperatorError("has \(region.count) numbers of a region for \(named.count) axes")
      }
      for (place, axis) in named.enumerated() {
        let (start, end) = (Double(region[place]), Double(region[named.count + place]))
        guard start <= end else { throw OperatorError("has a region from \(start) to \(end)") }
        result[axis].region = start...end
        result[axis].isResized = result[axis].isResized || start != 0 || end != 1
      }
    }
    return result
  }

  public func infer(_ inputs: Operands) throws(OperatorError) -> [ValueType] {
    [
      ValueType(
        try Limits.shape(try plan(inputs).map(\.output)), try inputs.type(0).element)
    ]
  }

  public func evaluate(_ inputs: Operands, _ types: [ValueType]) throws(OperatorError) -> [Value] {
    var value = try inputs.tensor(0)
    let axes = try plan(inputs)
    for (axis, plan) in axes.enumerated() where plan.isResized {
      value = resized(value, along: axis, (0..<plan.output).map { taps(plan, Double($0)) })
    }
    return [
      types[0].element == .float
        ? .floats(value) : .integers(.init(value.shape, Value.floats(value).integers))
    ]
  }

  /// What a place of the output is the weighed sum of; nil for one that lies outside the input and gets the extrapolation's value.
  private typealias Taps = [(index: Int, weight: Double)]?

  /// Where a place of the output lies among the input's, counted from the middle of the first.
  private func position(_ axis: Axis, _ place: Double) -> Double {
    let input = Double(axis.input)
    let exact = axis.scale * input
    switch coordinates {
    case "align_corners": return exact == 1 ? 0 : place * (input - 1) / (exact - 1)
    case "asymmetric": return place / axis.scale
    case "pytorch_half_pixel" where exact == 1: return -0.5
    case "half_pixel_symmetric":
      let offset = input / 2 * (1 - Double(axis.output) / exact)
      return offset + (place + 0.5) / axis.scale - 0.5
    case "tf_crop_and_resize":
      let (start, end) = (axis.region.lowerBound, axis.region.upperBound)
      let inside =
        exact == 1
        ? (end - start) * (input - 1) / 2 : place * (end - start) * (input - 1) / (exact - 1)
      return inside + start * (input - 1)
    default: return (place + 0.5) / axis.scale - 0.5
    }
  }

  private func taps(_ axis: Axis, _ place: Double) -> Taps {
    let position = position(axis, place)
    if coordinates == "tf_crop_and_resize", position < 0 || position > Double(axis.input - 1) {
      return nil
    }
    let last = axis.input - 1
    if mode == "nearest" {
      let index: Double =
        switch rounding {
        case "floor": position.rounded(.down)
        case "ceil": position.rounded(.up)
        case "round_prefer_ceil": (position + 0.5).rounded(.down)
        default: (position - 0.5).rounded(.up)
        }
      return [(min(max(Int(index), 0), last), 1)]
    }
    let first = position.rounded(.down)
    // As ONNX's reference has it: a place that lies on an input's counts as just behind the one before.
    let ratio = position == first ? 1 : position - first
    let start = Int(position == first ? first - 1 : first)
    let scale = smooths ? min(axis.scale, 1) : 1
    let isCubic = mode == "cubic"
    let reach = isCubic ? 2.0 : 1.0
    let lowest = Int((-reach / scale).rounded(.down)) + 1
    var taps: [(index: Int, weight: Double)] = []
    for offset in lowest..<2 - lowest {
      let distance = abs((Double(offset) - ratio) * scale)
      taps.append((start + offset, isCubic ? cubic(distance) : max(1 - distance, 0)))
    }
    if excludesOutside { taps.removeAll { $0.index < 0 || $0.index > last } }
    if excludesOutside || smooths {
      let sum = taps.reduce(0) { $0 + $1.weight }
      taps = taps.map { ($0.index, $0.weight / sum) }
    }
    return taps.map { (min(max($0.index, 0), last), $0.weight) }
  }

  /// The weight of a neighbour at a distance: Keys, 1981.
  private func cubic(_ distance: Double) -> Double {
    let a = cubicCoefficient
    if distance <= 1 { return ((a + 2) * distance - (a + 3)) * distance * distance + 1 }
    return distance < 2 ? ((a * distance - 5 * a) * distance + 8 * a) * distance - 4 * a : 0
  }

  private func resized(_ input: Tensor, along axis: Int, _ taps: [Taps]) -> Tensor {
    let shape = input.shape
    let inner = shape.count(axis + 1..<shape.rank)
    var dimensions = shape.dimensions
    dimensions[axis] = taps.count
    return Tensor(shape: Shape(dimensions)) { destination in
      input.withUnsafeElements { source in
        var next = 0
        for row in 0..<shape.count(0..<axis) {
          for taps in taps {
            for place in 0..<inner {
              guard let taps else {
                destination[next] = extrapolation
                next += 1
                continue
              }
              let start = row * shape[axis] * inner + place
              destination[next] = Float(
                taps.reduce(0) { $0 + Double(source[start + $1.index * inner]) * $1.weight })
              next += 1
            }
          }
        }
      }
    }
  }
}

extension Resize: LayeredOperator {
  /// The height and width of feature maps, by their nearest places.
  func layers(_ inputs: NodeInputs) throws(OperatorError) -> [FastLayer]? {
    guard inputs.mapShape() != nil, let form = inputs.form, let channels = inputs.channelAxis(0),
      let coordinates = CAMNet.Resize.Coordinates(rawValue: coordinates), !smooths,
      !excludesOutside
    else { return nil }
    let mode: CAMNet.Resize.Mode
    switch (self.mode, CAMNet.Resize.Rounding(rawValue: rounding)) {
    case ("linear", _), ("bilinear", _): mode = .linear
    case ("nearest", let rounding?): mode = .nearest(rounding)
    default: return nil
    }
    let axes = try plan(inputs.operands)
    let pixels = (1...3).filter { $0 != channels }.map { axes[$0] }
    guard !axes[0].isResized, !axes[channels].isResized,
      pixels.allSatisfy({ $0.input > 0 && $0.output > 0 })
    else { return nil }
    return [
      FastLayer(
        CAMNet.Resize(
          rows: .init(output: pixels[0].output, scale: pixels[0].scale),
          columns: .init(output: pixels[1].output, scale: pixels[1].scale), mode: mode,
          coordinates: coordinates), [(0, form)], output: form)
    ]
  }
}
