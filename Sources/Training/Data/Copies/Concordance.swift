/// The sums that the concordance of two lists of colours follows from: 1 − Σ (a − b)² / (Σ (a − ā)² + Σ (b − b̄)² + n (ā − b̄)²), Lin,
/// 1989. It is 1 for equal lists, about 0 for unrelated ones, and less than their correlation where means or contrasts differ.
struct Concordance {
  private var count = 0
  private var first = SIMD4<Float>(repeating: 0)
  private var second = SIMD4<Float>(repeating: 0)
  private var squares = SIMD4<Float>(repeating: 0)
  private var differences = SIMD4<Float>(repeating: 0)

  /// Adds a pixel's red, green and blue; the fourth value is 0.
  mutating func add(_ a: SIMD4<Float>, _ b: SIMD4<Float>) {
    count += 3
    first += a
    second += b
    squares += a * a + b * b
    differences += (a - b) * (a - b)
  }

  /// The concordance; 0 where nothing varies.
  var value: Double { value(differences: Double(differences.sum())) }

  /// What the concordance would be if Σ (a − b)² were less by `gain`.
  func value(gaining gain: Double) -> Double {
    value(differences: Double(differences.sum()) - gain)
  }

  private func value(differences: Double) -> Double {
    guard count > 0 else { return 0 }
    // The terms below the line, put together: Σ a² + Σ b² − 2 n ā b̄.
    let product = Double(first.sum()) * Double(second.sum())
    let all = Double(squares.sum()) - 2 * product / Double(count)
    return all > 1e-3 * Double(count) ? 1 - differences / all : 0
  }
}
