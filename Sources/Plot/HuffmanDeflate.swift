import CZlib

/// Deflate (RFC 1951) without matches: each byte becomes a Huffman code of its block's own.
///
/// What a filter leaves of a photo's bytes has next to no repetitions to find, and looking for them is what takes zlib its
/// time: this gives nearly zlib's sizes in a tenth of it.
struct HuffmanDeflate {
  /// Bytes under one code: few enough that it fits them, many enough that writing it down costs nothing.
  private static let blockSize = 1 << 16
  /// A code's bits at most, as the format has it.
  private static let longest = 15
  private static let endOfBlock = 256

  private let bytes: UnsafeBufferPointer<UInt8>
  /// How often each symbol occurs in each block.
  private let counts: [[Int]]

  /// - Parameter bytes: must outlive this value.
  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
    let blocks = max((bytes.count + Self.blockSize - 1) / Self.blockSize, 1)
    counts = (0..<blocks).map { Self.counts(Self.block($0, of: bytes)) }
  }

  /// How many bytes are 0.
  var zeros: Int { counts.reduce(0) { $0 + $1[0] } }

  private static func block(
    _ index: Int, of bytes: UnsafeBufferPointer<UInt8>
  ) -> UnsafeBufferPointer<UInt8> {
    let range = index * blockSize..<min((index + 1) * blockSize, bytes.count)
    return UnsafeBufferPointer(rebasing: bytes[range])
  }

  /// The bytes as a zlib stream (RFC 1950).
  func zlibStream() -> [UInt8] {
    // No code is longer than 15 bits, and every write is of 8 bytes.
    let capacity = bytes.count * 2 + counts.count * 256 + 32
    return [UInt8](unsafeUninitializedCapacity: capacity) { target, count in
      guard let memory = target.baseAddress else { return }
      var writer = BitWriter(memory)
      // Deflate, a window of 32 kB.
      writer.put(0x0178, count: 16)
      for index in counts.indices {
        Self.write(
          Self.block(index, of: bytes), counts[index], isLast: index == counts.count - 1,
          to: &writer)
      }
      writer.alignToByte()
      let checksum = UInt32(adler32_z(1, bytes.baseAddress, bytes.count))
      writer.put(UInt64(checksum.byteSwapped), count: 32)
      count = writer.byteCount
    }
  }

  private static func write(
    _ bytes: UnsafeBufferPointer<UInt8>, _ counts: [Int], isLast: Bool,
    to writer: inout BitWriter
  ) {
    let lengths = codeLengths(counts)
    writer.put(isLast ? 1 : 0, count: 1)
    // A block that brings its code: 257 symbols, and one distance, which never occurs.
    writer.put(2, count: 2)
    writer.put(0, count: 5)
    writer.put(0, count: 5)
    // The code that their lengths are written in: 0 … 15 in four bits each, in the format's order of lengths.
    writer.put(19 - 4, count: 4)
    for length in [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15] {
      writer.put(length < 16 ? 4 : 0, count: 3)
    }
    for length in lengths + [0] {
      writer.put(UInt64(reversed(UInt32(length), bits: 4)), count: 4)
    }
    codes(lengths).withUnsafeBufferPointer { codes in
      // Three codes, of 15 bits at most, are held between two writes.
      let inThrees = bytes.count / 3 * 3
      for index in stride(from: 0, to: inThrees, by: 3) {
        writer.add(codes[Int(bytes[index])])
        writer.add(codes[Int(bytes[index + 1])])
        writer.add(codes[Int(bytes[index + 2])])
        writer.flush()
      }
      for byte in bytes[inThrees...] {
        writer.add(codes[Int(byte)])
        writer.flush()
      }
      writer.add(codes[endOfBlock])
      writer.flush()
    }
  }

  /// How often each symbol occurs.
  private static func counts(_ bytes: UnsafeBufferPointer<UInt8>) -> [Int] {
    // Two tables, so that a run of one byte does not wait for its own count.
    var counts = [UInt32](repeating: 0, count: 512)
    counts.withUnsafeMutableBufferPointer { counts in
      for index in bytes.indices { counts[index & 1 &* 256 &+ Int(bytes[index])] &+= 1 }
    }
    return (0..<256).map { Int(counts[$0]) + Int(counts[256 + $0]) } + [1]
  }

  /// Each symbol's code length by Huffman's construction, 0 for symbols that do not occur.
  private static func codeLengths(_ counts: [Int]) -> [UInt8] {
    var counts = counts
    // A code needs two symbols: beside the end of a block without bytes another is made up.
    if counts.count(where: { $0 > 0 }) < 2 { counts[0] = 1 }
    while true {
      let lengths = unlimitedLengths(counts)
      if lengths.allSatisfy({ $0 <= UInt8(longest) }) { return lengths }
      // Rare symbols count for more, until none is so rare that its code is too long.
      counts = counts.map { $0 == 0 ? 0 : $0 / 4 + 1 }
    }
  }

  private static func unlimitedLengths(_ counts: [Int]) -> [UInt8] {
    let leaves = counts.indices.filter { counts[$0] > 0 }.sorted { counts[$0] < counts[$1] }
    // Nodes: the leaves from the rarest on, then joined ones, which come to be in order too. So the rarest node that has
    // no parent yet is the first such of the leaves, or of the joined ones.
    var weights = leaves.map { counts[$0] }
    var parents = [Int](repeating: 0, count: 2 * leaves.count - 1)
    var (leaf, joined) = (0, leaves.count)
    func takeRarest() -> Int {
      if leaf < leaves.count, joined == weights.count || weights[leaf] <= weights[joined] {
        leaf += 1
        return leaf - 1
      }
      joined += 1
      return joined - 1
    }
    while weights.count < parents.count {
      let (first, second) = (takeRarest(), takeRarest())
      parents[first] = weights.count
      parents[second] = weights.count
      weights.append(weights[first] + weights[second])
    }
    var depths = [UInt8](repeating: 0, count: parents.count)
    for node in (0..<parents.count - 1).reversed() { depths[node] = depths[parents[node]] + 1 }
    var lengths = [UInt8](repeating: 0, count: counts.count)
    for (node, symbol) in leaves.enumerated() { lengths[symbol] = depths[node] }
    return lengths
  }

  /// The canonical code that has these lengths.
  private static func codes(_ lengths: [UInt8]) -> [Code] {
    var next = [UInt32](repeating: 0, count: longest + 1)
    var code: UInt32 = 0
    for length in 1...longest {
      next[length] = code
      code = (code + UInt32(lengths.count { $0 == length })) << 1
    }
    return lengths.map { length in
      guard length > 0 else { return Code(bits: 0, length: 0) }
      defer { next[Int(length)] += 1 }
      return Code(
        bits: UInt64(reversed(next[Int(length)], bits: UInt32(length))), length: UInt64(length))
    }
  }

  /// Codes are written from their highest bit on, all else from its lowest.
  private static func reversed(_ value: UInt32, bits: UInt32) -> UInt32 {
    guard bits > 0 else { return 0 }
    var result: UInt32 = 0
    for bit in 0..<bits { result |= (value >> bit & 1) << (bits - 1 - bit) }
    return result
  }
}

private struct Code {
  let bits: UInt64
  let length: UInt64
}

/// Writes bits from the lowest of each byte on. The memory must have eight bytes more than are written.
private struct BitWriter {
  private let start: UnsafeMutableRawPointer
  private var next: UnsafeMutableRawPointer
  private var held: UInt64 = 0
  private var heldBits: UInt64 = 0

  init(_ start: UnsafeMutableRawPointer) {
    self.start = start
    next = start
  }

  var byteCount: Int { next - start }

  /// Holds bits; at most 56 of them before ``flush()``.
  @inline(__always) mutating func add(_ code: Code) {
    held |= code.bits &<< heldBits
    heldBits &+= code.length
  }

  /// Writes the whole bytes of what is held.
  @inline(__always) mutating func flush() {
    next.storeBytes(of: held.littleEndian, as: UInt64.self)
    let bytes = heldBits &>> 3
    next += Int(truncatingIfNeeded: bytes)
    held &>>= bytes &* 8
    heldBits &= 7
  }

  mutating func put(_ bits: UInt64, count: UInt64) {
    add(Code(bits: bits, length: count))
    flush()
  }

  mutating func alignToByte() {
    if heldBits > 0 { put(0, count: 8 - heldBits) }
  }
}
