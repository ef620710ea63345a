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
  /// How many pixels the window moves at a time, along each axis.
  public let strides: PerAxis
  /// How many pixels a tap lies from the next, along each axis.
  public let dilations: PerAxis
  public let padding: Padding

  /// A number for each axis of a feature map; a literal stands for the same along both.
  public struct PerAxis: Sendable, Hashable, ExpressibleByIntegerLiteral {
    public let vertical: Int
    public let horizontal: Int

    public init(vertical: Int, horizontal: Int) {
      self.vertical = vertical
      self.horizontal = horizontal
    }

    public init(integerLiteral both: Int) {
      self.init(vertical: both, horizontal: both)
    }

    /// Whether the axes have different numbers.
    package var differ: Bool { vertical != horizontal }

    /// `2`, or `2×1` where they differ.
    package var text: String { differ ? "\(vertical)×\(horizontal)" : "\(vertical)" }

    /// The numbers as Python has them: `2`, or `(2, 1)` where they differ.
    package var name: String { differ ? "(\(vertical), \(horizontal))" : "\(vertical)" }
  }

  /// A window whose strides and dilations may differ by axis.
  public init(
    height: Int, width: Int, strides: PerAxis, dilations: PerAxis = 1, padding: Padding = .same
  ) {
    self.height = height
    self.width = width
    self.strides = strides
    self.dilations = dilations
    self.padding = padding
  }

  /// A window with one stride and one dilation for both axes.
  public init(height: Int, width: Int, stride: Int = 1, dilation: Int = 1, padding: Padding = .same)
  {
    self.init(
      height: height, width: width, strides: PerAxis(vertical: stride, horizontal: stride),
      dilations: PerAxis(vertical: dilation, horizontal: dilation), padding: padding)
  }

  /// `3×3`
  public var kernel: String { "\(height)×\(width)" }

  var settings: [String: String] {
    var settings = [
      "kernel": kernel, "stride": strides.text,
      "padding": padding.name.filter { $0 != "'" },
    ]
    settings["dilation"] = dilations == 1 ? nil : dilations.text
    return settings
  }

  /// The window's extent as Python has it: `2`, or `(3, 2)` where height and width differ.
  var size: String { PerAxis(vertical: height, horizontal: width).name }

  /// What a pooling's code line says of the window, behind its input.
  var arguments: String {
    "ksize=\(size), strides=\(strides.name), padding=\(padding.name)"
      + (dilations == 1 ? "" : ", dilations=\(dilations.name)")
  }

  /// What words may say of a layer that slides this window over its first input.
  func facts(_ shapes: LayerShapes) -> [String: LayerFact] {
    let (input, output) = (shapes.inputs[0], shapes.output)
    return [
      "kernel": .text(kernel), "taps": .number(height * width), "stride": .text(strides.text),
      "stride_down": .number(strides.vertical), "stride_across": .number(strides.horizontal),
      "strided": .flag(strides != 1), "strides_differ": .flag(strides.differ),
      // Of odd extents a half is rounded up or down.
      "halves": .flag(
        (1...2).allSatisfy { output[$0] == input[$0] / 2 || output[$0] == (input[$0] + 1) / 2 }
          && output != input),
      "blocks": .flag(
        strides == PerAxis(vertical: height, horizontal: width) && dilations == 1),
      "dilation": .text(dilations.text), "dilation_down": .number(dilations.vertical),
      "dilation_across": .number(dilations.horizontal), "dilated": .flag(dilations != 1),
      "dilations_differ": .flag(dilations.differ),
      "same": .flag(padding == .same), "padded": .flag(isPadded(input)),
    ]
  }

  /// Whether the window covers all places of an input where it has one output.
  var standsOnce: Bool {
    strides == 1 && dilations == 1
      && (padding == .valid || padding == .explicit(top: 0, left: 0, bottom: 0, right: 0))
  }

  /// Whether zeros are put around an input, anywhere.
  private func isPadded(_ input: Shape) -> Bool {
    switch padding {
    case .valid: false
    case .explicit(let top, let left, let bottom, let right): top + left + bottom + right > 0
    case .same:
      rows.missing(input[1]) + columns.missing(input[2]) > 0
    }
  }

  /// The window along one axis.
  struct Axis {
    /// How many taps the window has.
    let extent: Int
    let stride: Int
    let dilation: Int

    /// How many pixels there are from the first tap to the last, both counted.
    var reach: Int { (extent - 1) * dilation + 1 }

    /// The output's extent where padding is SAME.
    func sameOutput(_ input: Int) -> Int { (input + stride - 1) / stride }

    /// How many zeros SAME padding puts around an input, before and after together.
    func missing(_ input: Int) -> Int {
      max((sameOutput(input) - 1) * stride + reach - input, 0)
    }
  }

  /// The window along the height.
  var rows: Axis { Axis(extent: height, stride: strides.vertical, dilation: dilations.vertical) }

  /// The window along the width.
  var columns: Axis {
    Axis(extent: width, stride: strides.horizontal, dilation: dilations.horizontal)
  }

  /// Where the window lies along one axis of one input.
  struct Placement {
    let axis: Axis
    let arithmetic: OutputSize
    /// Zeros before the first row.
    let before: Int
    var output: Int { arithmetic.output }

    /// Whether some of the input lies under the window wherever it stands.
    var alwaysMeetsInput: Bool {
      (0..<output).allSatisfy { place in
        let first = place * axis.stride - before
        return (0..<axis.extent).contains {
          (0..<arithmetic.input).contains(first + $0 * axis.dilation)
        }
      }
    }
  }

  /// What pooling makes of feature maps.
  /// - Throws: ``ShapeError/windowInPadding(window:input:)`` where a window would see padding alone: of no values there is no largest
  ///   and no mean.
  func poolingShape(of input: Shape) throws(ShapeError) -> Shape {
    let (rows, columns) = (try vertical(input[1]), try horizontal(input[2]))
    for place in [rows, columns] where !place.alwaysMeetsInput {
      throw .windowInPadding(window: place.axis.extent, input: place.arithmetic.input)
    }
    return [input[0], rows.output, columns.output, input[3]]
  }

  func vertical(_ input: Int) throws(ShapeError) -> Placement {
    try place(rows, input: input) { top, _, bottom, _ in (top, bottom) }
  }

  func horizontal(_ input: Int) throws(ShapeError) -> Placement {
    try place(columns, input: input) { _, left, _, right in (left, right) }
  }

  /// One entry where height and width agree, as they do for square inputs, else height then width.
  func arithmetic(for input: Shape) throws(ShapeError) -> [OutputSize] {
    let rows = try vertical(input[1]).arithmetic
    let columns = try horizontal(input[2]).arithmetic
    return rows == columns ? [rows] : [rows, columns]
  }

  private func place(
    _ axis: Axis, input: Int, sides: (Int, Int, Int, Int) -> (before: Int, after: Int)
  ) throws(ShapeError) -> Placement {
    switch padding {
    case .same:
      let total = axis.missing(input)
      return Placement(
        axis: axis,
        arithmetic: OutputSize(
          input: input, padding: 0, reach: total > 0 ? 1 : axis.reach, stride: axis.stride,
          output: axis.sameOutput(input)),
        before: total / 2)
    case .valid:
      return try place(axis, input: input, before: 0, after: 0)
    case .explicit(let top, let left, let bottom, let right):
      let (before, after) = sides(top, left, bottom, right)
      return try place(axis, input: input, before: before, after: after)
    }
  }

  private func place(_ axis: Axis, input: Int, before: Int, after: Int) throws(ShapeError)
    -> Placement
  {
    let total = before + after
    guard input + total >= axis.reach else {
      throw .windowLargerThanInput(window: axis.reach, input: input + total)
    }
    let output = (input + total - axis.reach) / axis.stride + 1
    return Placement(
      axis: axis,
      arithmetic: OutputSize(
        input: input, padding: total, reach: axis.reach, stride: axis.stride, output: output),
      before: before)
  }
}
