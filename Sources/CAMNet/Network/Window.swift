/// The zeros put around a feature map before a window slides over it.
public enum Padding: Sendable, Hashable {
  /// TensorFlow's SAME: as many as make the output ⌈input / stride⌉, the odd one at the bottom and right.
  case same
  /// No zeros.
  case valid
  case explicit(top: Int, left: Int, bottom: Int, right: Int)

  /// The padding as Python has it: `'SAME'`, or ((top, bottom), (left, right)).
  package var name: String {
    switch self {
    case .same: "'SAME'"
    case .valid: "'VALID'"
    case .explicit(let top, let left, let bottom, let right):
      "((\(top), \(bottom)), (\(left), \(right)))"
    }
  }
}

/// A window that slides over the height and width of a feature map.
public struct Window: Sendable, Hashable {
  public let height: Int
  public let width: Int
  public let stride: Int
  public let dilation: Int
  public let padding: Padding

  public init(height: Int, width: Int, stride: Int = 1, dilation: Int = 1, padding: Padding = .same)
  {
    self.height = height
    self.width = width
    self.stride = stride
    self.dilation = dilation
    self.padding = padding
  }

  /// `3×3`
  public var kernel: String { "\(height)×\(width)" }

  var settings: [String: String] {
    var settings = [
      "kernel": kernel, "stride": "\(stride)",
      "padding": padding.name.filter { $0 != "'" },
    ]
    settings["dilation"] = dilation > 1 ? "\(dilation)" : nil
    return settings
  }

  /// The window's extent as Python has it: `2`, or `(3, 2)` where height and width differ.
  var size: String { height == width ? "\(height)" : "(\(height), \(width))" }

  /// What words may say of a layer that slides this window over its first input.
  func facts(_ shapes: LayerShapes) -> [String: LayerFact] {
    let (input, output) = (shapes.inputs[0], shapes.output)
    return [
      "kernel": .text(kernel), "taps": .number(height * width), "stride": .number(stride),
      "strided": .flag(stride > 1),
      // Of odd extents a half is rounded up or down.
      "halves": .flag(
        (1...2).allSatisfy { output[$0] == input[$0] / 2 || output[$0] == (input[$0] + 1) / 2 }
          && output != input),
      "blocks": .flag(height == stride && width == stride && dilation == 1),
      "dilation": .number(dilation), "dilated": .flag(dilation > 1),
      "same": .flag(padding == .same), "padded": .flag(isPadded(input)),
    ]
  }

  /// Whether the window covers all places of an input where it has one output.
  var standsOnce: Bool {
    stride == 1 && dilation == 1
      && (padding == .valid || padding == .explicit(top: 0, left: 0, bottom: 0, right: 0))
  }

  /// Whether zeros are put around an input, anywhere.
  private func isPadded(_ input: Shape) -> Bool {
    switch padding {
    case .valid: false
    case .explicit(let top, let left, let bottom, let right): top + left + bottom + right > 0
    case .same:
      [(height, input[1]), (width, input[2])].contains { extent, size in
        let output = (size + stride - 1) / stride
        return (output - 1) * stride + (extent - 1) * dilation + 1 > size
      }
    }
  }

  /// Where the window lies along one axis of one input.
  struct Placement {
    let arithmetic: OutputSize
    /// Zeros before the first row.
    let before: Int
    var output: Int { arithmetic.output }

    /// Whether some of the input lies under the window, of `extent` taps, wherever it stands.
    func alwaysMeets(_ input: Int, _ extent: Int, _ window: Window) -> Bool {
      (0..<output).allSatisfy { place in
        let first = place * window.stride - before
        return (0..<extent).contains { (0..<input).contains(first + $0 * window.dilation) }
      }
    }
  }

  /// What pooling makes of feature maps.
  /// - Throws: ``ShapeError/windowInPadding(window:input:)`` where a window would see padding alone: of no values there is no largest
  ///   and no mean.
  func poolingShape(of input: Shape) throws(ShapeError) -> Shape {
    let (rows, columns) = (try vertical(input[1]), try horizontal(input[2]))
    for (place, extent, size) in [(rows, height, input[1]), (columns, width, input[2])]
    where !place.alwaysMeets(size, extent, self) {
      throw .windowInPadding(window: extent, input: size)
    }
    return [input[0], rows.output, columns.output, input[3]]
  }

  func vertical(_ input: Int) throws(ShapeError) -> Placement {
    try place(extent: height, input: input) { top, _, bottom, _ in (top, bottom) }
  }

  func horizontal(_ input: Int) throws(ShapeError) -> Placement {
    try place(extent: width, input: input) { _, left, _, right in (left, right) }
  }

  /// One entry where height and width agree, as they do for square inputs, else height then width.
  func arithmetic(for input: Shape) throws(ShapeError) -> [OutputSize] {
    let rows = try vertical(input[1]).arithmetic
    let columns = try horizontal(input[2]).arithmetic
    return rows == columns ? [rows] : [rows, columns]
  }

  private func place(
    extent: Int, input: Int, sides: (Int, Int, Int, Int) -> (before: Int, after: Int)
  ) throws(ShapeError) -> Placement {
    let reach = (extent - 1) * dilation + 1
    switch padding {
    case .same:
      let output = (input + stride - 1) / stride
      let total = max((output - 1) * stride + reach - input, 0)
      return Placement(
        arithmetic: OutputSize(
          input: input, padding: 0, reach: total > 0 ? 1 : reach, stride: stride, output: output),
        before: total / 2)
    case .valid:
      return try place(reach: reach, input: input, before: 0, after: 0)
    case .explicit(let top, let left, let bottom, let right):
      let (before, after) = sides(top, left, bottom, right)
      return try place(reach: reach, input: input, before: before, after: after)
    }
  }

  private func place(reach: Int, input: Int, before: Int, after: Int) throws(ShapeError)
    -> Placement
  {
    let total = before + after
    guard input + total >= reach else {
      throw .windowLargerThanInput(window: reach, input: input + total)
    }
    let output = (input + total - reach) / stride + 1
    return Placement(
      arithmetic: OutputSize(
        input: input, padding: total, reach: reach, stride: stride, output: output),
      before: before)
  }
}
