import CAMNet
import Kernels
import TestSupport
import Testing

/// What copies and multiplies matrices for products and gradients, on every instruction set, against plain loops.
@Suite struct PackingTests {
  /// Groups of rows, further apart than they are long.
  private struct Matrix {
    let groups: Int
    let rows: Int
    let columns: Int
    let row: Int
    let group: Int
    let values: [Float]
    /// One for each column.
    let factors: [Float]

    init(columns most: Int, _ generator: inout SeededGenerator) {
      groups = .random(in: 1...3, using: &generator)
      rows = .random(in: 1...40, using: &generator)
      columns = .random(in: 1...most, using: &generator)
      row = columns + .random(in: 0...9, using: &generator)
      group = rows * row + .random(in: 0...9, using: &generator)
      values = randomTensor([groups * group], &generator).elements
      factors = randomTensor([columns], &generator).elements
    }

    func value(_ place: Int, _ column: Int, isScaled: Bool) -> Float {
      let value = values[place / rows * group + place % rows * row + column]
      return isScaled ? value * factors[column] : value
    }
  }

  /// What stands where nothing is to be written.
  private static let untouched: Float = 7

  private func forEachSet(_ body: (camreport_kernels) -> Void) {
    for place in 0... {
      guard let kernels = camreport_kernels_available(Int32(place)) else { return }
      body(kernels.pointee)
    }
  }

  @Test(arguments: 0..<8, [false, true])
  func `a panel's columns are copied with zeros behind them`(seed: Int, isScaled: Bool) {
    forEachSet { kernels in
      var generator = SeededGenerator(seed: UInt64(seed))
      let panel = kernels.panel
      let matrix = Matrix(columns: panel, &generator)
      let count = matrix.groups * matrix.rows * panel
      var found = [Float](repeating: Self.untouched, count: count + 16)
      matrix.values.withUnsafeBufferPointer { values in
        matrix.factors.withUnsafeBufferPointer { factors in
          var packing = camreport_packing(
            in: values.baseAddress, group: matrix.group, groups: matrix.groups, row: matrix.row,
            rows: matrix.rows, columns: matrix.columns,
            scale: isScaled ? factors.baseAddress : nil, panel: panel)
          kernels.pack(&packing, &found)
        }
      }
      for index in 0..<count {
        let (place, column) = (index / panel, index % panel)
        let isOwn = column < matrix.columns
        let expected = isOwn ? matrix.value(place, column, isScaled: isScaled) : 0
        #expect(found[index] == expected)
      }
      #expect(found[count...].allSatisfy { $0 == Self.untouched })
    }
  }

  @Test(arguments: 0..<8, [false, true])
  func `rows and columns are exchanged`(seed: Int, isScaled: Bool) {
    forEachSet { kernels in
      var generator = SeededGenerator(seed: UInt64(seed))
      let matrix = Matrix(columns: 50, &generator)
      let row = matrix.rows + 3
      var found = [Float](repeating: Self.untouched, count: matrix.columns * row + 16)
      matrix.factors.withUnsafeBufferPointer { factors in
        kernels.transpose(
          matrix.values, matrix.row, matrix.rows, matrix.columns,
          isScaled ? factors.baseAddress : nil, &found, row)
      }
      for (index, value) in found.enumerated() {
        let (column, place) = (index / row, index % row)
        let isOwn = place < matrix.rows && column < matrix.columns
        let expected = isOwn ? matrix.value(place, column, isScaled: isScaled) : Self.untouched
        #expect(value == expected)
      }
    }
  }

  @Test(arguments: 0..<8)
  func `columns are multiplied with another matrix's in double precision`(seed: Int) {
    forEachSet { kernels in
      var generator = SeededGenerator(seed: UInt64(seed))
      let matrix = Matrix(columns: 50, &generator)
      let weights = randomTensor([matrix.values.count], &generator).elements
      var scaled = [Float](repeating: Self.untouched, count: matrix.rows * matrix.row + 16)
      var sums = [Double](repeating: 7, count: matrix.columns + 4)
      kernels.column_products(
        weights, matrix.values, matrix.row, matrix.rows, matrix.columns, matrix.factors, &scaled,
        &sums)
      for (index, value) in scaled.enumerated() {
        let (place, column) = (index / matrix.row, index % matrix.row)
        let isOwn = place < matrix.rows && column < matrix.columns
        #expect(value == (isOwn ? matrix.value(place, column, isScaled: true) : Self.untouched))
      }
      for column in 0..<matrix.columns {
        var expected = 0.0
        for place in 0..<matrix.rows {
          let index = place * matrix.row + column
          expected += Double(matrix.values[index]) * Double(weights[index])
        }
        #expect(abs(sums[column] - expected) < 1e-13)
      }
      #expect(sums[matrix.columns...].allSatisfy { $0 == 7 })
    }
  }
}
