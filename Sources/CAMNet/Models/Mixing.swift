/// Functions that make numbers of texts and of other numbers, the same in any language, that look like drawn ones.
package enum Mixing {
  /// splitmix64's output for a state: Steele, Lea and Flood, 2014.
  package static func splitmix64(_ state: UInt64) -> UInt64 {
    var x = state &+ 0x9E37_79B9_7F4A_7C15
    x = (x ^ x >> 30) &* 0xBF58_476D_1CE4_E5B9
    x = (x ^ x >> 27) &* 0x94D0_49BB_1331_11EB
    return x ^ x >> 31
  }

  /// FNV-1a of a text's UTF-8: Fowler, Noll and Vo.
  package static func fnv1a64(_ text: String) -> UInt64 {
    text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}
