/// A kernel's weights as a matrix (values of a window, outputs) in panels of neighbouring outputs, each row of a panel one
/// value's weights; the last panel is filled up with zeros, to half of a panel where that holds its outputs. Normalization's
/// scale is multiplied in.
struct PackedWeights: Sendable {
  /// panels · rows · panel values, of the last perhaps half.
  let values: Tensor
  /// What is added to each output: panels · panel values.
  let shift: Tensor
  let panel: Int
  let panels: Int
  /// Of a panel.
  let rows: Int

  /// - Parameters:
  ///   - outputs: of the kernel's last axis.
  ///   - halves: whether the last panel may be half as wide.
  init(
    _ kernel: Parameter, outputs: Range<Int>, affine: ChannelAffine, panel: Int, halves: Bool
  ) {
    let rows = kernel.shape.dimensions.dropLast().reduce(1, *)
    let panels = (outputs.count + panel - 1) / panel
    self.panel = panel
    self.panels = panels
    self.rows = rows
    let reader = KernelReader(kernel)
    let rest = outputs.count - (panels - 1) * panel
    let last = halves && 2 * rest <= panel ? panel / 2 : panel
    values = Tensor(shape: [rows * ((panels - 1) * panel + last)]) { target in
      nonisolated(unsafe) let target = target
      reader.withColumns { column in
        parallel(over: panels) { index in
          guard let base = target.baseAddress else { return }
          let first = outputs.lowerBound + index * panel
          column.pack(
            first..<min(first + panel, outputs.upperBound), rows: 0..<rows,
            panel: index == panels - 1 ? last : panel,
            scale: affine.scale, from: outputs.lowerBound, into: base + index * rows * panel)
        }
      }
    }
    shift = affine.paddedShift(to: panels * panel)
  }
}

/// What follows a convolution's sums, channel by channel: x · scale + shift, then the activation's range.
struct ChannelAffine: Sendable {
  /// Nil for ones.
  let scale: [Float]?
  /// Nil for zeros.
  let shift: [Float]?
  let range: ClosedRange<Float>

  func paddedShift(to count: Int) -> Tensor {
    let values = shift ?? []
    return Tensor(
      shape: [count], values + [Float](repeating: 0, count: count - values.count))
  }
}

/// A kernel (…, outputs) read in either of the orders in which files have it, where it lies.
struct KernelReader: Sendable {
  private let values: Tensor
  private let isOutputsFirst: Bool
  private let outputs: Int
  /// Of outputs-first kernels: for each row in canonical order, where it lies among one output's values; nil where that is
  /// the row itself.
  private let order: [Int]?

  init(_ kernel: Parameter) {
    let rank = kernel.shape.rank
    outputs = kernel.shape[rank - 1]
    isOutputsFirst = rank > 1 && kernel.axes[rank - 1] == 0
    guard isOutputsFirst else {
      values = kernel.tensor
      order = nil
      return
    }
    values = kernel.stored
    // Strides of one output's values, by stored axis.
    var strides = [Int](repeating: 1, count: rank)
    for axis in stride(from: rank - 2, through: 1, by: -1) {
      strides[axis] = strides[axis + 1] * kernel.stored.shape[axis + 1]
    }
    let axes = Array(kernel.axes.dropLast())
    let extents = axes.map { kernel.stored.shape[$0] }
    var order: [Int] = []
    let rows = extents.reduce(1, *)
    order.reserveCapacity(rows)
    for row in 0..<rows {
      var (rest, offset) = (row, 0)
      for index in axes.indices.reversed() {
        offset += rest % extents[index] * strides[axes[index]]
        rest /= extents[index]
      }
      order.append(offset)
    }
    self.order = order == Array(0..<rows) ? nil : order
  }

  func withColumns(_ body: (Columns) -> Void) {
    values.withUnsafeElements { elements in
      guard let base = elements.baseAddress else { return }
      body(
        Columns(
          values: base, isOutputsFirst: isOutputsFirst, outputs: outputs,
          height: elements.count / outputs, order: order))
    }
  }

  struct Columns {
    let values: UnsafePointer<Float>
    let isOutputsFirst: Bool
    let outputs: Int
    /// Rows of an output.
    let height: Int
    let order: [Int]?

    /// Where the row of weights of output `first` and those after it begins, row after row `outputs` apart; nil where the
    /// file has outputs first.
    func inPlace(_ first: Int) -> UnsafePointer<Float>? { isOutputsFirst ? nil : values + first }

    /// Copies some rows of some outputs' weights into a panel, times their scale.
    func pack(
      _ range: Range<Int>, rows: Range<Int>, panel: Int, scale: [Float]?, from first: Int,
      into target: UnsafeMutablePointer<Float>
    ) {
      if range.count < panel { target.initialize(repeating: 0, count: rows.count * panel) }
      guard isOutputsFirst else {
        for (index, row) in rows.enumerated() {
          let line = values + row * outputs
          for (column, output) in range.enumerated() {
            target[index * panel + column] = line[output] * (scale?[output - first] ?? 1)
          }
        }
        return
      }
      for (column, output) in range.enumerated() {
        let line = values + output * height
        let factor = scale?[output - first] ?? 1
        for (index, row) in rows.enumerated() {
          target[index * panel + column] = line[order?[row] ?? row] * factor
        }
      }
    }
  }
}
