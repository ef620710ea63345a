import CZlib
import Synchronization

/// A zip archive as NumPy and torch write them: stored or deflated members, found by the central directory (APPNOTE 4.3).
package struct Zip {
  /// The bytes that an archive begins with: the signature of its first member.
  static let magic: [UInt8] = [0x50, 0x4B, 0x03, 0x04]

  /// What the archive's directory says of a file in it.
  package struct Member {
    package let name: String
    let isDeflated: Bool
    /// Where the member's local header begins, behind which its bytes lie.
    let header: Int
    /// Where the member's bytes lie in the archive, deflated or not.
    let range: Range<Int>
    /// How many bytes the member has when inflated.
    let size: Int
    /// The CRC-32 of the inflated bytes.
    let checksum: UInt32
  }

  let file: FileBytes
  package let members: [Member]

  /// Reads the directory of an archive.
  package init(_ file: FileBytes, _ budget: ReadingBudget) throws(WeightsError) {
    self.file = file
    var directory = try Self.directory(file)
    var members: [Member] = []
    while directory.remaining >= 4 {
      guard try directory.integer(UInt32.self, "the archive's directory") == 0x0201_4B50 else {
        break
      }
      let member = try Self.member(&directory)
      try budget.spend(MemoryLayout<Member>.stride + member.name.utf8.count)
      if member.isDeflated { try budget.spend(member.size) }
      members.append(member)
    }
    self.members = members
    try checkPlaces()
  }

  /// Sees that each byte of the archive is of one member only, so that what the members inflate to is in proportion to it.
  private func checkPlaces() throws(WeightsError) {
    let sorted = members.sorted { $0.header < $1.header }
    for (first, second) in zip(sorted, sorted.dropFirst())
    where first.range.upperBound > second.header {
      throw .malformed(
        file: file.name, reason: "'\(first.name)' and '\(second.name)' lie in the same bytes")
    }
  }

  /// The first bytes of a member, `count` of them or all, not checked: where they lie in the archive if stored, else inflated
  /// into memory.
  func beginning(
    of member: Member, _ count: Int
  ) throws(WeightsError) -> (file: FileBytes, range: Range<Int>) {
    let count = min(count, member.size)
    guard member.isDeflated else {
      return (file, member.range.lowerBound..<member.range.lowerBound + count)
    }
    return (try Self.inflated(member, of: file, count: count), 0..<count)
  }

  /// A reader that stands before the archive's directory and ends where the end record begins.
  private static func directory(_ file: FileBytes) throws(WeightsError) -> ByteReader {
    // The end record is the last 22 bytes, or earlier by as much as its comment is long.
    let smallest = 22
    var start = file.count - smallest
    while start >= 0, start > file.count - smallest - 0x1_0000,
      file.integer(UInt32.self, at: start) != 0x0605_4B50
    { start -= 1 }
    guard start >= 0, file.integer(UInt32.self, at: start) == 0x0605_4B50 else {
      throw .truncated(
        file: file.name, what: "the archive's directory, which stands at its end,",
        needed: smallest, found: 0)
    }
    var offset = Int(file.integer(UInt32.self, at: start + 16))
    if offset == 0xFFFF_FFFF, start >= 20,
      file.integer(UInt32.self, at: start - 20) == 0x0706_4B50
    {
      let record = Int(clamping: file.integer(UInt64.self, at: start - 12))
      guard record <= start - 56 else {
        throw .malformed(file: file.name, reason: "its zip64 record lies outside it")
      }
      offset = Int(clamping: file.integer(UInt64.self, at: record + 48))
    }
    guard offset <= start else {
      throw .malformed(file: file.name, reason: "its directory lies outside it")
    }
    return ByteReader(file, range: offset..<start)
  }

  /// Reads a member's entry of the directory, whose signature was read, and finds its bytes.
  private static func member(_ reader: inout ByteReader) throws(WeightsError) -> Member {
    let what = "the archive's directory"
    let file = reader.file
    _ = try reader.take(4, what)
    let flags = try reader.integer(UInt16.self, what)
    let method = try reader.integer(UInt16.self, what)
    _ = try reader.take(4, what)
    let checksum = try reader.integer(UInt32.self, what)
    var packed = UInt64(try reader.integer(UInt32.self, what))
    var size = UInt64(try reader.integer(UInt32.self, what))
    let nameLength = Int(try reader.integer(UInt16.self, what))
    let extraLength = Int(try reader.integer(UInt16.self, what))
    let commentLength = Int(try reader.integer(UInt16.self, what))
    _ = try reader.take(8, what)
    var local = UInt64(try reader.integer(UInt32.self, what))
    let name = try reader.text(nameLength, what)
    let extraRange = try reader.take(extraLength, what)
    _ = try reader.take(commentLength, what)

    // zip64: 64-bit values stand in an extra field for each 32-bit one that is full.
    var extra = ByteReader(file, range: extraRange)
    while extra.remaining >= 4 {
      let kind = try extra.integer(UInt16.self, what)
      let range = try extra.take(Int(try extra.integer(UInt16.self, what)), what)
      guard kind == 1 else { continue }
      var field = ByteReader(file, range: range)
      if size == 0xFFFF_FFFF { size = try field.integer(UInt64.self, what) }
      if packed == 0xFFFF_FFFF { packed = try field.integer(UInt64.self, what) }
      if local == 0xFFFF_FFFF { local = try field.integer(UInt64.self, what) }
    }

    guard flags & 1 == 0 else { throw .unsupported(file: file.name, what: "an encrypted archive") }
    guard method == 0 || method == 8 else {
      throw .unsupported(file: file.name, what: "'\(name)' packed by method \(method)")
    }
    // Before a member's bytes stands a local header, with name and extra field of its own.
    guard local <= UInt64(file.count) else {
      throw .malformed(file: file.name, reason: "'\(name)' lies outside the archive")
    }
    var header = ByteReader(file, range: Int(local)..<file.count)
    _ = try header.take(26, "'\(name)'")
    let skipped =
      Int(try header.integer(UInt16.self, "'\(name)'"))
      + Int(try header.integer(UInt16.self, "'\(name)'"))
    _ = try header.take(skipped, "'\(name)'")
    let range = try header.take(Int(clamping: packed), "'\(name)'")
    // Deflate makes at most 1032 bytes of one, so a larger claim is false.
    let isDeflated = method == 8
    guard isDeflated ? size / 1032 <= packed : size == packed else {
      throw .malformed(file: file.name, reason: "'\(name)' claims more bytes than it holds")
    }
    return Member(
      name: name, isDeflated: isDeflated, header: Int(local), range: range, size: Int(size),
      checksum: checksum)
  }

  /// The first `count` bytes of a deflated member, inflated into memory.
  fileprivate static func inflated(
    _ member: Member, of file: FileBytes, count needed: Int
  ) throws(WeightsError) -> FileBytes {
    var made = 0
    let bytes = file.withUnsafeBytes { source in
      [UInt8](unsafeUninitializedCapacity: max(needed, 1)) { target, count in
        made = inflate(UnsafeRawBufferPointer(rebasing: source[member.range]), into: target)
        count = min(made, needed)
      }
    }
    guard made >= needed, needed < member.size || made == needed else {
      throw .malformed(file: file.name, reason: "'\(member.name)' does not inflate to its size")
    }
    return FileBytes(bytes, name: file.name)
  }

  /// Inflates raw deflate data and gives how many bytes came out; stops where `target` is full.
  private static func inflate(
    _ source: UnsafeRawBufferPointer, into target: UnsafeMutableBufferPointer<UInt8>
  ) -> Int {
    var stream = z_stream()
    guard
      inflateInit2_(&stream, -MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    else { return 0 }
    defer { inflateEnd(&stream) }
    var (read, written) = (0, 0)
    while true {
      // zlib counts in 32 bits.
      let input = min(source.count - read, 1 << 30)
      let output = min(target.count - written, 1 << 30)
      stream.next_in = UnsafeMutablePointer(
        mutating: source.bindMemory(to: UInt8.self).baseAddress.map { $0 + read })
      stream.next_out = target.baseAddress.map { $0 + written }
      stream.avail_in = UInt32(input)
      stream.avail_out = UInt32(output)
      let code = CZlib.inflate(&stream, Z_NO_FLUSH)
      read += input - Int(stream.avail_in)
      let made = output - Int(stream.avail_out)
      written += made
      if code != Z_OK || (made == 0 && input == Int(stream.avail_in)) { return written }
    }
  }
}

/// The bytes of an archive's member, which are inflated where they are packed, and checked, when they are first asked for.
package final class ZipContents: Sendable {
  let file: FileBytes
  private let member: Zip.Member
  private let place = Mutex<(file: FileBytes, start: Int)?>(nil)

  package init(_ file: FileBytes, _ member: Zip.Member) {
    self.file = file
    self.member = member
  }

  var size: Int { member.size }

  /// Where the bytes are: in the archive if stored, else in memory.
  func located() throws(WeightsError) -> (file: FileBytes, start: Int) {
    try place.withLock { place throws(WeightsError) in
      if let place { return place }
      let located =
        member.isDeflated
        ? (try Zip.inflated(member, of: file, count: member.size), 0)
        : (file, member.range.lowerBound)
      #if !FUZZING  // No fuzzer guesses a checksum.
        try check(located)
      #endif
      place = located
      return located
    }
  }

  /// The bytes, copied; for those that are few.
  package func bytes() throws(WeightsError) -> [UInt8] {
    let (file, start) = try located()
    return file.bytes(start..<start + size)
  }

  private func check(_ place: (file: FileBytes, start: Int)) throws(WeightsError) {
    let checksum = place.file.withUnsafeBytes { bytes in
      crc32_z(
        0, bytes.bindMemory(to: UInt8.self).baseAddress.map { $0 + place.start }, member.size)
    }
    guard UInt32(truncatingIfNeeded: checksum) == member.checksum else {
      throw .malformed(file: file.name, reason: "the checksum of '\(member.name)' is wrong")
    }
  }
}
