import Kernels

/// A kernel's weights as a matrix (values of a window, outputs) in panels of neighbouring outputs, each row of a panel one
/// value's weights; the last panel is filled up with zeros, to half of a panel where that holds its outputs. Normalization's
/// scale is multiplied in.
struct PackedWeights: Sendable {
  /// The weights, one panel after the other, of each panel its rows: `panels` · `rows` · `panel` values, those of the last
  /// panel's rows perhaps half as many.
  let values: Tensor
  /// What is added to each output's sum: `panels` · `panel` values, zeros past the outputs.
  let shift: Tensor
  /// How many outputs a panel holds.
  let panel: Int
  /// How many panels hold all outputs.
  let panels: Int
  /// How many rows a panel has, which is how many weights an output has.
  let rows: Int

  /// - Parameters:
  ///   - outputs: the places of the outputs on the kernel's last axis.
  ///   - panel: how many outputs a panel holds.
  ///   - halves: whether the last panel may be half as wide as the others.
  init(
    _ kernel: KernelReader, outputs: Range<Int>, affine: ChannelAffine, panel: Int, halves: Bool,
    kernels: KernelSet
  ) {
    let rows = kernel.shape.dimensions.dropLast().reduce(1, *)
    let panels = (outputs.count + panel - 1) / panel
    self.panel = panel
    self.panels = panels
    self.rows = rows
    let rest = outputs.count - (panels - 1) * panel
    let last = halves && 2 * rest <= panel ? panel / 2 : panel
    values = Tensor(shape: [rows * ((panels - 1) * panel + last)]) { target in
      nonisolated(unsafe) let target = target
      kernel.withColumns { column in
        parallel(over: panels) { index in
          guard let base = target.baseAddress else { return }
          let first = outputs.lowerBound + index * panel
          column.pack(
            first..<min(first + panel, outputs.upperBound), rows: 0..<rows,
            panel: index == panels - 1 ? last : panel,
            scale: affine.scale, from: outputs.lowerBound, kernels,
            into: base + index * rows * panel)
        }
      }
    }
    shift = affine.paddedShift(to: panels * panel)
  }
}

/// What follows a convolution's sums, channel by channel: x · scale + shift, then the activation's range.
struct ChannelAffine: Sendable {
  /// The factor of each output channel; nil where all are 1.
  let scale: [Float]?
  /// The summand of each output channel; nil where all are 0.
  let shift: [Float]?
  /// The range that the activation cuts values to.
  let range: ClosedRange<Float>

  /// The summands of all channels, filled up with zeros: (count,).
  func paddedShift(to count: Int) -> Tensor {
    let values = shift ?? []
    return Tensor(
      shape: [count], values + [Float](repeating: 0, count: count - values.count))
  }
}

/// A kernel (…, outputs) that is read where it lies, with its outputs first or last, as files have them, or turned.
struct KernelReader: Sendable {
  /// The shape of the kernel as it is read, its outputs last.
  let shape: Shape
  private let values: Tensor
  private let isOutputsFirst: Bool
  private let outputs: Int
  private let turn: Turn?
  /// For each row of a kernel that has its outputs first, in canonical order, where the row's weight lies among one output's
  /// values. Nil where rows lie in that order anyway, and for kernels with outputs last.
  private let order: [Int]?

  /// How a kernel is read turned by 180°, with inputs and outputs exchanged within each group: (height, width, out / groups, in).
  fileprivate struct Turn: Sendable {
    let taps: Int
    /// How many inputs a group has, neighbouring columns of what is read.
    let inputs: Int
    /// How many outputs a group has, neighbouring rows of each tap of what is read.
    let outputs: Int
    /// What each output's weights are multiplied by; nil where all are 1.
    let scale: [Float]?
  }

  /// A kernel (height, width, in / groups, out) for the gradient of a convolution's input.
  init(turning kernel: Tensor, groups: Int, scale: [Float]?) {
    outputs = kernel.shape[3]
    values = kernel
    isOutputsFirst = false
    order = nil
    let turn = Turn(
      taps: kernel.shape[0] * kernel.shape[1], inputs: kernel.shape[2], outputs: outputs / groups,
      scale: scale)
    self.turn = turn
    shape = [kernel.shape[0], kernel.shape[1], turn.outputs, groups * turn.inputs]
  }

  init(_ kernel: Parameter) {
    turn = nil
    shape = kernel.shape
    let rank = kernel.shape.rank
    outputs = kernel.shape[rank - 1]
    isOutputsFirst = rank > 1 && kernel.axes[rank - 1] == 0
    guard isOutputsFirst else {
      values = kernel.tensor
      order = nil
      return
    }
    values = kernel.stored
    // How far apart neighbours along each stored axis lie among one output's values.
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

  /// Calls `body` with the weights where they lie, valid until it returns.
  func withColumns(_ body: (Columns) -> Void) {
    values.withUnsafeElements { elements in
      guard let base = elements.baseAddress else { return }
      body(
        Columns(
          values: base, isOutputsFirst: isOutputsFirst, outputs: outputs,
          height: elements.count / outputs, order: order, turn: turn))
    }
  }

  /// A kernel's weights where they lie, as the columns of a matrix (rows, outputs).
  struct Columns {
    let values: UnsafePointer<Float>
    let isOutputsFirst: Bool
    let outputs: Int
    /// How many weights an output has, one for each row.
    let height: Int
    /// For each row, where its weight lies among one output's values; nil where rows lie in canonical order.
    let order: [Int]?
    fileprivate let turn: Turn?

    /// Copies some rows of some outputs' weights into a panel of `panel` columns, times the outputs' scale, and fills it up
    /// with zeros.
    /// - Parameters:
    ///   - range: the places of the outputs on the kernel's last axis.
    ///   - rows: the rows of each group.
    ///   - groups: in how many groups the rows that are copied lie, such as the taps of a window.
    ///   - groupRows: how many rows each group has.
    ///   - scale: a factor for each output from `first` on; nil where all are 1.
    func pack(
      _ range: Range<Int>, rows: Range<Int>, groups: Int = 1, of groupRows: Int = 0, panel: Int,
      scale: [Float]?, from first: Int, _ kernels: KernelSet,
      into target: UnsafeMutablePointer<Float>
    ) {
      if let turn {
        if range.count < panel {
          target.initialize(repeating: 0, count: groups * rows.count * panel)
        }
        for group in 0..<groups {
          let first = group * groupRows
          packTurned(
            turn, range, rows: first + rows.lowerBound..<first + rows.upperBound, panel: panel,
            kernels, into: target + group * rows.count * panel)
        }
        return
      }
      guard isOutputsFirst else {
        let own = scale.map { $0[range.lowerBound - first..<range.upperBound - first] }
        own.withPointer { scale in
          var packing = camreport_packing(
            in: values + rows.lowerBound * outputs + range.lowerBound, group: groupRows * outputs,
            groups: groups, row: outputs, rows: rows.count, columns: range.count, scale: scale,
            panel: panel)
          kernels.table.pointee.pack(&packing, target)
        }
        return
      }
      if range.count < panel {
        target.initialize(repeating: 0, count: groups * rows.count * panel)
      }
      for (column, output) in range.enumerated() {
        let line = values + output * height
        let factor = scale?[output - first] ?? 1
        var index = column
        for group in 0..<groups {
          for row in rows {
            let place = group * groupRows + row
            target[index] = line[order?[place] ?? place] * factor
            index += panel
          }
        }
      }
    }
  }
}

extension KernelReader.Columns {
  /// Copies some rows of some columns of a turned kernel into a panel: matrices of the kernel as it lies, each transposed.
  private func packTurned(
    _ turn: KernelReader.Turn, _ range: Range<Int>, rows: Range<Int>, panel: Int,
    _ kernels: KernelSet, into target: UnsafeMutablePointer<Float>
  ) {
    if turn.inputs == 1, turn.outputs == 1 {
      // Depthwise: rows are taps, from the last to the first.
      turn.scale.map { $0[range] }.withPointer { scale in
        var packing = camreport_packing(
          in: values + (turn.taps - 1 - rows.lowerBound) * outputs + range.lowerBound, group: 0,
          groups: 1, row: -outputs, rows: rows.count, columns: range.count, scale: scale,
          panel: panel)
        kernels.table.pointee.pack(&packing, target)
      }
      return
    }
    var row = rows.lowerBound
    while row < rows.upperBound {
      let (tap, output) = (row / turn.outputs, row % turn.outputs)
      let count = min(turn.outputs - output, rows.upperBound - row)
      var column = range.lowerBound
      while column < range.upperBound {
        let (group, input) = (column / turn.inputs, column % turn.inputs)
        let width = min(turn.inputs - input, range.upperBound - column)
        let first = group * turn.outputs + output
        let matrix = (turn.taps - 1 - tap) * turn.inputs + input
        turn.scale.map { $0[first..<first + count] }.withPointer { scale in
          kernels.table.pointee.transpose(
            values + matrix * outputs + first, outputs, width, count, scale,
            target + (row - rows.lowerBound) * panel + column - range.lowerBound, panel)
        }
        column += width
      }
      row += count
    }
  }
}

extension Optional where Wrapped == ArraySlice<Float> {
  /// Calls `body` with where the values lie; nil where there are none.
  fileprivate func withPointer(_ body: (UnsafePointer<Float>?) -> Void) {
    guard let self else { return body(nil) }
    self.withUnsafeBufferPointer { body($0.baseAddress) }
  }
}
