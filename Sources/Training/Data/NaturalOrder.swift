/// The order in which people count: `class 2` before `class 10`, `apple` before `Banana`, the same in every locale.
///
/// Runs of the digits 0 … 9 are compared as whole numbers of any length, all else by the lowercase of its Unicode scalars; names that
/// are equal so far go by their bytes.
enum NaturalOrder {
  /// Names in natural order.
  static func sorted(_ names: some Sequence<String>) -> [String] {
    names.map { (name: $0, parts: parts($0)) }
      .sorted { precedes($0.parts, $1.parts) ?? Bytes.precede($0.name, $1.name) }
      .map(\.name)
  }

  private enum Part: Equatable {
    case digits([UInt8])
    case scalar(UInt32)
  }

  /// The name's scalars in lowercase, each run of digits as one part without the zeros that it begins with.
  private static func parts(_ name: String) -> [Part] {
    var parts: [Part] = []
    var digits: [UInt8]?
    for scalar in name.lowercased().unicodeScalars {
      if ("0"..."9").contains(scalar) {
        let digit = UInt8(truncatingIfNeeded: scalar.value)
        digits = digits == [0x30] ? [digit] : (digits ?? []) + [digit]
        continue
      }
      if let run = digits { parts.append(.digits(run)) }
      digits = nil
      parts.append(.scalar(scalar.value))
    }
    return parts + (digits.map { [.digits($0)] } ?? [])
  }

  /// - Returns: nil where all parts are equal.
  private static func precedes(_ first: [Part], _ second: [Part]) -> Bool? {
    for (a, b) in zip(first, second) where a != b {
      switch (a, b) {
      case (.digits(let a), .digits(let b)):
        return a.count == b.count ? a.lexicographicallyPrecedes(b) : a.count < b.count
      case (.scalar(let a), .scalar(let b)): return a < b
      case (.digits, .scalar(let b)): return b > 0x39
      case (.scalar(let a), .digits): return a < 0x30
      }
    }
    return first.count == second.count ? nil : first.count < second.count
  }
}

/// Texts by the bytes of their UTF-8, which no locale, no case and no Unicode form changes.
enum Bytes {
  static func precede(_ first: String, _ second: String) -> Bool {
    first.utf8.lexicographicallyPrecedes(second.utf8)
  }
}
