/// A kernel's weights as a matrix (values of a window, outputs) in panels of neighbouring outputs, each row of a panel one
/// value's weights; the last panel is filled up with zeros. Normalization's scale is multiplied in.
struct PackedWeights: Sendable {
  /// panels · rows · panel values.
  let values: Tensor
  /// What is added to each output: panels · panel values.
  let shift: Tensor
  let panel: Int
  let panels: Int
  /// Of a panel.
  let rows: Int

  /// - Parameter outputs: of the kernel's last axis.
  init(
    _ kernel: Parameter, outputs: Range<Int>, affine: ChannelAffine, panel: Int
  ) {
    let rows = kernel.shape.dimensions.dropLast().reduce(1, *)
    let panels = (outputs.count + panel - 1) / panel
    self.panel = panel
    self.panels = panels
    self.rows = rows
    let reader = KernelReader(kernel)
    values = Tensor(shape: [panels, rows, panel]) { target in
      nonisolated(unsafe) let target = target
      reader.withColumns { column in
        parallel(over: panels) { index in
          guard let base = target.baseAddress else { return }
          let first = outputs.lowerBound + index * panel
          column.pack(
            first..<min(first + panel, outputs.upperBound), rows: rows, panel: panel,
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
struct KernelReader {
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
          values: base, isOutputsFirst: isOutputsFirst, outputs: outputs, order: order))
    }
  }

  struct Columns {
    let values: UnsafePointer<Float>
    let isOutputsFirst: Bool
    let outputs: Int
    let order: [Int]?

    /// Copies some outputs' weights into a panel, times their scale.
    func pack(
      _ range: Range<Int>, rows: Int, panel: Int, scale: [Float]?, from first: Int,
      into target: UnsafeMutablePointer<Float>
    ) {
      if range.count < panel { target.initialize(repeating: 0, count: rows * panel) }
      guard isOutputsFirst else {
        for row in 0..<rows {
          let line = values + row * outputs
          for (column, output) in range.enumerated() {
            target[row * panel + column] = line[output] * (scale?[output - first] ?? 1)
          }
        }
        return
      }
      for (column, output) in range.enumerated() {
        let line = values + output * rows
        let factor = scale?[output - first] ?? 1
        if let order {
          for row in 0..<rows { target[row * panel + column] = line[order[row]] * factor }
        } else {
          for row in 0..<rows { target[row * panel + column] = line[row] * factor }
        }
      }
    }
  }
}
