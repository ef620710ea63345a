/// How a sliding window's extent along one axis follows from its input: `(224 − 1) / 1 + 1 = 224`.
///
/// A value, so that a report can set it as text, MathML or LaTeX. Where SAME padding adds rows, the padded
/// `n + pad − kernel` and the window's own `n − 1` give the same quotient, and the shorter one is kept.
public struct OutputSize: Sendable, Hashable {
  /// Rows (or columns) coming in, before padding.
  public let input: Int
  /// Rows of explicit padding, both sides together; 0 for SAME and VALID.
  public let padding: Int
  /// What the window takes off: its (dilated) extent, or 1 where SAME padding makes up for the rest.
  public let reach: Int
  public let stride: Int
  public let output: Int

  public var numerator: Int { input + padding - reach }

  /// Whether the stride divides the numerator, so that no rows are rounded away.
  public var dividesEvenly: Bool { numerator % stride == 0 }
}

extension OutputSize: CustomStringConvertible {
  /// The notebook's form, with the floor spelled where it matters: `⌊(224 − 1) / 2⌋ + 1 = 112`.
  public var description: String {
    let sum = padding == 0 ? "\(input)" : "\(input) + \(padding)"
    let quotient = "(\(sum) − \(reach)) / \(stride)"
    return (dividesEvenly ? quotient : "⌊\(quotient)⌋") + " + 1 = \(output)"
  }
}
