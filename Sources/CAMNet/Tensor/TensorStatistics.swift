import Kernels

/// What a report says of a tensor's values.
public struct TensorStatistics: Sendable, Hashable {
  public let minimum: Float
  public let maximum: Float
  public let mean: Double
  /// Of the whole population: √(Σ (x − mean)² / n).
  public let standardDeviation: Double
  /// √(Σ x²)
  public let l2Norm: Double
}

extension Tensor {
  /// Statistics in double precision, or nil where a value is NaN or infinite (or there is none).
  public var statistics: TensorStatistics? {
    guard count > 0 else { return nil }
    let parts = Split(count, limit: max(65_536, count / 32))
    let sums = withUnsafeElements { elements in
      [camreport_sums](unsafeUninitializedCapacity: parts.count) { target, count in
        nonisolated(unsafe) let target = target
        parallel(over: parts.count) { index in
          guard let base = elements.baseAddress else { return }
          target[index] = KernelSet.current.table.pointee.sums(
            base + parts[index].lowerBound, parts[index].count)
        }
        count = parts.count
      }
    }
    let sum = sums.reduce(0) { $0 + $1.sum }
    let squares = sums.reduce(0) { $0 + $1.squares }
    guard sum.isFinite, let first = sums.first else { return nil }
    let count = Double(count)
    let mean = sum / count
    return TensorStatistics(
      minimum: sums.reduce(first.minimum) { min($0, $1.minimum) },
      maximum: sums.reduce(first.maximum) { max($0, $1.maximum) }, mean: mean,
      standardDeviation: max(squares / count - mean * mean, 0).squareRoot(),
      l2Norm: squares.squareRoot())
  }
}
