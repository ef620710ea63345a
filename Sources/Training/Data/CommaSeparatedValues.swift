import CAMNet

/// A text of comma-separated values, RFC 4180: fields in quotes may hold commas, line ends and doubled quotes.
///
/// Beyond the RFC, lines may end in LF or CR alone, the text may begin with a byte order mark, spaces around fields without quotes
/// are no part of them, and rows without anything in them are left out.
struct CommaSeparatedValues {
  struct Row: Equatable {
    /// The line that the row begins in, from 1.
    let line: Int
    let fields: [String]

    /// A field by its place; nil where the row ends before it, or it is empty.
    func field(_ index: Int) -> String? {
      fields.indices.contains(index) && !fields[index].isEmpty ? fields[index] : nil
    }
  }

  let rows: [Row]

  /// Reads a file.
  init(contentsOf path: String) throws {
    let file = try FileBytes(
      contentsOf: path, as: FileKind("a list of photos", largest: 512 << 20))
    self = try file.withUnsafeBytes { bytes in
      try CommaSeparatedValues(bytes, name: path)
    }
  }

  /// Reads a file's bytes; `name` is what errors call the file.
  init(_ bytes: some Sequence<UInt8>, name: String) throws(DataError) {
    var bytes = Array(bytes)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
    guard String(validating: bytes, as: UTF8.self) != nil, !bytes.contains(0) else {
      throw .notText(file: name)
    }
    var reader = Reader(bytes: bytes, file: name)
    rows = try reader.readAll()
  }

  /// Where the reading of a text is.
  private struct Reader {
    let bytes: [UInt8]
    let file: String
    var index = 0
    var line = 1

    var current: UInt8? { index < bytes.count ? bytes[index] : nil }

    mutating func readAll() throws(DataError) -> [Row] {
      var rows: [Row] = []
      while current != nil {
        let row = Row(line: line, fields: try fields())
        if row.fields.contains(where: { !$0.isEmpty }) { rows.append(row) }
      }
      return rows
    }

    /// The fields of a row, whose end is passed.
    private mutating func fields() throws(DataError) -> [String] {
      var fields: [String] = []
      while true {
        skipSpaces()
        fields.append(current == UInt8(ascii: "\"") ? try quoted() : plain())
        guard current == UInt8(ascii: ",") else { break }
        index += 1
      }
      if current != nil { skipLineEnd() }
      return fields
    }

    private mutating func plain() -> String {
      let start = index
      while let byte = current, byte != UInt8(ascii: ","), !Self.endsLine(byte) { index += 1 }
      var end = index
      while end > start, Self.isSpace(bytes[end - 1]) { end -= 1 }
      return String(decoding: bytes[start..<end], as: UTF8.self)
    }

    private mutating func quoted() throws(DataError) -> String {
      let first = line
      var text: [UInt8] = []
      index += 1
      while let byte = current {
        if byte == UInt8(ascii: "\"") {
          index += 1
          guard current == byte else {
            skipSpaces()
            guard current.map({ $0 == UInt8(ascii: ",") || Self.endsLine($0) }) ?? true else {
              throw .textAfterQuote(file: file, line: line)
            }
            return String(decoding: text, as: UTF8.self)
          }
        }
        text.append(byte)
        if Self.endsLine(byte) {
          let start = index
          skipLineEnd()
          text += bytes[start + 1..<index]
        } else {
          index += 1
        }
      }
      throw .openQuote(file: file, line: first)
    }

    private mutating func skipSpaces() {
      while let byte = current, Self.isSpace(byte) { index += 1 }
    }

    private mutating func skipLineEnd() {
      let isPair = current == 0x0D && index + 1 < bytes.count && bytes[index + 1] == 0x0A
      index += isPair ? 2 : 1
      line += 1
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    private static func endsLine(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }
  }
}
