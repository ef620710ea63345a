import CAMNet

/// A window's place along one axis of pixels, as `Conv` and the pools have it.
struct WindowAxis: Sendable, Hashable {
  let input: Int
  let output: Int
  let kernel: Int
  let stride: Int
  let dilation: Int
  /// Zeros before the first pixel, and behind the last; where a pool rounds up, a window may reach further.
  let before: Int
  let after: Int

  /// The pixels under the window at a place, as taps and their pixels.
  func taps(at place: Int) -> [(tap: Int, pixel: Int)] {
    let start = place * stride - before
    let first = start >= 0 ? 0 : (-start + dilation - 1) / dilation
    let end = start >= input ? 0 : (input - 1 - start) / dilation + 1
    return (first..<max(first, min(end, kernel))).map { ($0, start + $0 * dilation) }
  }
}

/// The attributes of an operator that slides a window over axes of pixels.
struct WindowAttributes: Sendable, Hashable {
  private let strides: [Int]?
  private let dilations: [Int]?
  private let pads: [Int]?
  private let automatic: String
  private let roundsUp: Bool

  init(_ node: Attributes) throws(OperatorError) {
    strides = try node.integers("strides")
    dilations = try node.integers("dilations")
    pads = try node.integers("pads")
    automatic = try node.text("auto_pad", default: "NOTSET")
    roundsUp = try node.flag("ceil_mode")
    for (name, values, least) in [
      ("stride", strides, 1), ("dilation", dilations, 1), ("padding", pads, 0),
    ] {
      if let wrong = values?.first(where: { $0 < least || $0 > 1 << 31 }) {
        throw OperatorError("has a \(name) of \(wrong)")
      }
    }
    guard ["NOTSET", "", "VALID", "SAME_UPPER", "SAME_LOWER"].contains(automatic) else {
      throw OperatorError("has an unknown auto_pad '\(automatic)'")
    }
  }

  /// Where the window lies along each axis of pixels.
  func axes(_ pixels: [Int], kernel: [Int]) throws(OperatorError) -> [WindowAxis] {
    let rank = pixels.count
    for (name, values, count) in [
      ("kernel", kernel, rank), ("strides", strides ?? [], strides == nil ? 0 : rank),
      ("dilations", dilations ?? [], dilations == nil ? 0 : rank),
      ("pads", pads ?? [], pads == nil ? 0 : 2 * rank),
    ] where values.count != count {
      throw OperatorError("has \(values.count) numbers of \(name) for \(rank) axes of pixels")
    }
    if let wrong = kernel.first(where: { $0 < 1 || $0 > 1 << 31 }) {
      throw OperatorError("has a kernel of \(wrong)")
    }
    var axes: [WindowAxis] = []
    for axis in 0..<rank {
      let (input, stride, dilation) = (pixels[axis], strides?[axis] ?? 1, dilations?[axis] ?? 1)
      let reach = (kernel[axis] - 1) * dilation + 1
      var (before, after) = (0, 0)
      var output: Int
      switch automatic {
      case "SAME_UPPER", "SAME_LOWER":
        output = (input + stride - 1) / stride
        let total = max((output - 1) * stride + reach - input, 0)
        let (small, large) = (total / 2, total - total / 2)
        (before, after) = automatic == "SAME_UPPER" ? (small, large) : (large, small)
      default:
        if automatic != "VALID", let pads { (before, after) = (pads[axis], pads[rank + axis]) }
        let room = input + before + after - reach
        guard room >= 0 else {
          throw OperatorError(
            "has a window of \(reach), larger than its input of \(input) with \(before + after) of padding"
          )
        }
        output = (roundsUp ? (room + stride - 1) / stride : room / stride) + 1
        // A window may not begin in the padding behind the input.
        if roundsUp, (output - 1) * stride >= input + before { output -= 1 }
      }
      axes.append(
        WindowAxis(
          input: input, output: output, kernel: kernel[axis], stride: stride, dilation: dilation,
          before: before, after: after))
    }
    return axes
  }
}

/// `Conv`: sums of products under a window that slides over any number of axes of pixels, in groups of channels.
public struct ConvolutionOperator: Operator {
  private let window: WindowAttributes
  private let kernel: [Int]?
  private let groups: Int

  public init(_ node: Attributes) throws(OperatorError) {
    window = try WindowAttributes(node)
    kernel = try node.integers("kernel_shape")
    groups = try node.integer("group", default: 1)
    guard groups >= 1 else { throw OperatorError("has \(groups) groups") }
  }

  public func infer(_ inputs: Operands) throws(OperatorError) -> [ValueType] {
    let (input, weights) = (try inputs.shape(0), try inputs.shape(1))
    guard input.rank >= 3 else {
      throw OperatorError("has an input of \(input.rank) axes, \(input)")
    }
    guard weights.rank == input.rank else {
      throw OperatorError("has a kernel of \(weights.rank) axes and an input of \(input.rank)")
    }
    let channels = weights[1].multipliedReportingOverflow(by: groups)
    guard !channels.overflow, channels.partialValue == input[1] else {
      throw OperatorError(
        "has a kernel for \(groups == 1 ? "" : "\(groups) × ")\(weights[1]) channels and its input has \(input[1])"
      )
    }
    guard weights[0] % groups == 0 else {
      throw OperatorError("has \(groups) groups, which do not divide \(weights[0]) channels")
    }
    let taps = Array(weights.dimensions.dropFirst(2))
    if let kernel, kernel != taps {
      throw OperatorError("says a kernel of \(Shape(kernel)) and has one of \(Shape(taps))")
    }
    if inputs.has(2) {
      let biases = try inputs.shape(2)
      guard biases.elementCount == weights[0] else {
        throw OperatorError(
          "has \(weights[0]) output channels and a bias of \(biases.elementCount)")
      }
    }
    let axes = try window.axes(Array(input.dimensions.dropFirst(2)), kernel: taps)
    return [ValueType(try Limits.shape([input[0], weights[0]] + axes.map(\.output)))]
  }

  public func multiplyAdds(_ inputs: [ValueType?], _ output: ValueType) -> Int {
    guard inputs.count > 1, let weights = inputs[1] else { return 0 }
    return output.shape.elementCount * weights.shape.dimensions.dropFirst().reduce(1, *)
  }

  public func evaluate(_ inputs: Operands, _ types: [ValueType]) throws(OperatorError) -> [Value] {
    let (input, weights) = (try inputs.tensor(0), try inputs.tensor(1))
    let biases = inputs.has(2) ? try inputs.tensor(2) : nil
    let axes = try window.axes(
      Array(input.shape.dimensions.dropFirst(2)),
      kernel: Array(weights.shape.dimensions.dropFirst(2)))
    let output = types[0].shape
    let (ins, outs) = (input.shape[1] / groups, output[1] / groups)
    let inputPixels = input.shape.count(2..<input.shape.rank)
    let outputPixels = output.count(2..<output.rank)
    let taps = weights.shape.count(2..<weights.shape.rank)
    let lines = WindowLines(axes)
    return [
      .floats(
        Tensor(shape: output) { destination in
          input.withUnsafeElements { input in
            weights.withUnsafeElements { weights in
              for plane in 0..<output[0] * output[1] {
                let (photo, channel) = (plane / output[1], plane % output[1])
                let target = UnsafeMutableBufferPointer(
                  rebasing: destination[plane * outputPixels..<(plane + 1) * outputPixels])
                target.initialize(repeating: biases?[flat: channel] ?? 0)
                for index in 0..<ins {
                  let from = (photo * groups * ins + channel / outs * ins + index) * inputPixels
                  guard inputPixels > 0 else { continue }
                  lines.add(
                    UnsafeBufferPointer(rebasing: input[from..<from + inputPixels]),
                    UnsafeBufferPointer(
                      rebasing: weights[
                        (channel * ins + index) * taps..<(channel * ins + index + 1) * taps]),
                    to: target)
                }
              }
            }
          }
        })
    ]
  }
}

/// The parts of an output's lines along the last axis that each tap of a window adds to, which are the same for all channels.
struct WindowLines {
  private struct Part {
    let tap: Int
    let source: Int
    let target: Int
    let count: Int
  }

  private var parts: [Part] = []
  private let step: Int

  init(_ axes: [WindowAxis]) {
    let last = axes[axes.count - 1]
    step = last.stride
    // Which places along the last axis lie over a pixel for each of its taps.
    let spans = (0..<last.kernel).map { tap -> (first: Int, count: Int) in
      let offset = tap * last.dilation - last.before
      let first = offset >= 0 ? 0 : (-offset + last.stride - 1) / last.stride
      let end = last.input - offset <= 0 ? 0 : (last.input - offset - 1) / last.stride + 1
      return (first, max(min(end, last.output) - first, 0))
    }
    let outer = axes.dropLast()
    let places = Shape(outer.map(\.output))
    var index = [Int](repeating: 0, count: outer.count)
    for line in 0..<places.elementCount {
      var rest = line
      for axis in stride(from: outer.count - 1, through: 0, by: -1) {
        index[axis] = rest % places[axis]
        rest /= places[axis]
      }
      // The pairs of a tap and a pixel along the outer axes, as one number each.
      var pairs = [(tap: 0, pixel: 0)]
      for (axis, window) in outer.enumerated() {
        pairs = pairs.flatMap { pair in
          window.taps(at: index[axis]).map {
            (pair.tap * window.kernel + $0.tap, pair.pixel * window.input + $0.pixel)
          }
        }
      }
      for pair in pairs {
        for (tap, span) in spans.enumerated() where span.count > 0 {
          parts.append(
            Part(
              tap: pair.tap * last.kernel + tap,
              source: pair.pixel * last.input + span.first * last.stride + tap * last.dilation
                - last.before,
              target: line * last.output + span.first, count: span.count))
        }
      }
    }
  }

  /// Adds the products of one input channel and one kernel to one output channel.
  func add(
    _ input: UnsafeBufferPointer<Float>, _ kernel: UnsafeBufferPointer<Float>,
    to output: UnsafeMutableBufferPointer<Float>
  ) {
    for part in parts {
      let weight = kernel[part.tap]
      for index in 0..<part.count {
        output[part.target + index] += weight * input[part.source + index * step]
      }
    }
  }
}

extension WindowAttributes {
  /// The window over a feature map of the graph's shape (1, channels, height, width) as CAMNet has it, its zeros counted; nil over
  /// other numbers of axes.
  func window(over input: Shape, kernel: [Int]) throws(OperatorError) -> Window? {
    guard input.rank == 4, kernel.count == 2 else { return nil }
    let axes = try axes([input[2], input[3]], kernel: kernel)
    // Where a pool rounds up, its last window reaches further than the padding that is said.
    let behind = axes.map { axis in
      max(
        axis.after,
        (axis.output - 1) * axis.stride + (axis.kernel - 1) * axis.dilation + 1 - axis.input
          - axis.before)
    }
    let isPadded = axes.contains { $0.before > 0 } || behind.contains { $0 > 0 }
    return Window(
      height: kernel[0], width: kernel[1],
      strides: Window.PerAxis(vertical: axes[0].stride, horizontal: axes[1].stride),
      dilations: Window.PerAxis(vertical: axes[0].dilation, horizontal: axes[1].dilation),
      padding: isPadded
        ? .explicit(
          top: axes[0].before, left: axes[1].before, bottom: behind[0], right: behind[1]) : .valid)
  }

  /// Whether windows reach no further than the padding that is said.
  var roundsDown: Bool { !roundsUp }
}

extension ConvolutionOperator: LayeredOperator {
  func layers(_ inputs: NodeInputs) throws(OperatorError) -> [FastLayer]? {
    guard let input = inputs.mapShape(), inputs.isConstant(1),
      !inputs.operands.has(2) || inputs.isConstant(2)
    else { return nil }
    let weights = try inputs.operands.shape(1)
    guard weights.rank == 4,
      let window = try window.window(over: input, kernel: [weights[2], weights[3]])
    else { return nil }
    let hasBiases = inputs.operands.has(2)
    return [
      .maps(
        Convolution(
          window, outputChannels: weights[0], groups: groups, hasBiases: hasBiases),
        parameters: [(.weights, 1, [2, 3, 1, 0])] + (hasBiases ? [(.biases, 2, nil)] : []))
    ]
  }
}
