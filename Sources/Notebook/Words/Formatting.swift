import CAMNet
import Glibc

/// Numbers as people read them.
enum Formatted {
  /// `3211264` → `3,211,264`
  static func count(_ value: Int) -> String {
    var digits = Array(String(value.magnitude))
    for position in stride(from: digits.count - 3, to: 0, by: -3) {
      digits.insert(",", at: position)
    }
    return (value < 0 ? "−" : "") + String(digits)
  }

  /// `1849688064` → `1.85 G`; below a thousand the number itself.
  static func metric(_ value: Int) -> String {
    for (unit, size) in [("G", 1e9), ("M", 1e6), ("k", 1e3)] where Double(value) >= size {
      return significant(Double(value) / size, 3) + "\u{A0}" + unit
    }
    return String(value)
  }

  /// `12845056` → `12.8 MB`, decimal units.
  static func bytes(_ value: Int) -> String {
    for (unit, size) in [("GB", 1e9), ("MB", 1e6), ("kB", 1e3)] where Double(value) >= size {
      return significant(Double(value) / size, 3) + "\u{A0}" + unit
    }
    return "\(value)\u{A0}B"
  }

  /// `digits` significant digits, with a true minus: `−0.03641`, `1.2e−07`.
  static func significant(_ value: Double, _ digits: Int = 4) -> String {
    if value == 0 { return "0" }
    return signed(printed("%.\(digits)g", value))
  }

  /// A probability as per cent: `89.6 %`, `0.08 %`, `< 0.01 %`, the spaces unbreakable.
  static func percent(_ fraction: Double) -> String {
    let value = fraction * 100
    let digits =
      switch value {
      case 99.95...: ">\u{A0}99.9"
      case 10...: printed("%.1f", value)
      case 0.005...: printed("%.2f", value)
      default: "<\u{A0}0.01"
      }
    return digits + "\u{A0}%"
  }

  /// A part of a whole, which may be negative or more than all: `41.2 %`.
  static func share(_ fraction: Double) -> String {
    signed(printed("%.1f", fraction * 100)) + "\u{A0}%"
  }

  /// A part of a whole, for a sentence: `41 %`.
  static func wholeShare(_ fraction: Double) -> String {
    printed("%.0f", fraction * 100) + "\u{A0}%"
  }

  static func milliseconds(_ value: Double) -> String {
    printed(value < 10 ? "%.2f" : "%.1f", value)
  }

  /// A number as C's `printf` has it; `String(format:)` does the same in ten times the time.
  static func printed(_ format: String, _ value: Double) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { buffer in
      guard let start = buffer.baseAddress else { return "" }
      start.pointee = 0
      _ = withVaList([value]) { vsnprintf(start, buffer.count, format, $0) }
      return String(cString: start)
    }
  }

  /// A number's text with a true minus.
  private static func signed(_ number: String) -> String {
    guard number.utf8.contains(UInt8(ascii: "-")) else { return number }
    return String(number.map { $0 == "-" ? "−" : $0 })
  }

  /// `(1, 112, 112, 128) float32`
  static func tensor(_ shape: Shape, _ scalarType: String) -> String { "\(shape) \(scalarType)" }
}

extension Duration {
  var milliseconds: Double {
    Double(components.seconds) * 1e3 + Double(components.attoseconds) * 1e-15
  }
}
