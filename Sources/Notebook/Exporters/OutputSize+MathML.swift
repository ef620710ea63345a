import CAMNet

extension OutputSize {
  /// The arithmetic as MathML, `(224 − 2) / 2 + 1 = 112` with a fraction, and floor signs where they matter.
  var mathML: String {
    func number(_ value: Int) -> String { "<mn>\(value)</mn>" }
    func sign(_ text: String) -> String { "<mo>\(text)</mo>" }
    let sum =
      padding == 0
      ? number(input) : number(input) + sign("+") + number(padding)
    let fraction =
      "<mfrac><mrow>\(sum)\(sign("−"))\(number(reach))</mrow>\(number(stride))</mfrac>"
    let quotient = dividesEvenly ? fraction : sign("⌊") + fraction + sign("⌋")
    return "<math alttext=\"\(description)\"><mrow>\(quotient)\(sign("+"))\(number(1))"
      + "\(sign("="))\(number(output))</mrow></math>"
  }
}
