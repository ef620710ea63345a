import Foundation

/// Hugging Face's safetensors: the length of a JSON header, the header, then all arrays' bytes, C order, little-endian.
enum Safetensors {
  /// Whether a file begins as safetensors do: eight bytes of length, then the header's brace.
  static func looksLike(_ start: [UInt8]) -> Bool {
    start.count > 8 && start[8] == UInt8(ascii: "{")
  }

  /// What the header says of an array: type, shape, and where its bytes begin and end behind the header.
  private struct Entry: Decodable {
    let dtype: String
    let shape: [Int]
    let dataOffsets: [Int]

    enum CodingKeys: String, CodingKey {
      case dtype, shape
      case dataOffsets = "data_offsets"
    }
  }

  /// The header, a JSON object with an entry for each array, and perhaps other data under `__metadata__`.
  private struct Header: Decodable {
    var entries: [String: Entry] = [:]

    struct Key: CodingKey {
      let stringValue: String
      var intValue: Int? { nil }
      init(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Key.self)
      for key in container.allKeys where key.stringValue != "__metadata__" {
        entries[key.stringValue] = try container.decode(Entry.self, forKey: key)
      }
    }
  }

  /// The arrays of a file, in the order in which their values lie.
  static func read(_ file: FileBytes) throws(WeightsError) -> [(String, StoredArray)] {
    var reader = ByteReader(file)
    let length = try reader.integer(UInt64.self, "the header's length")
    let range = try reader.take(Int(clamping: length), "the header")
    let header: Header
    do {
      header = try JSONDecoder().decode(Header.self, from: Data(file.bytes(range)))
    } catch {
      throw .malformed(file: file.name, reason: "its safetensors header cannot be read as JSON")
    }
    // The arrays' places in the file are the order in which they were written; a JSON object has none.
    let sorted = header.entries.sorted {
      ($0.value.dataOffsets.first ?? 0, $0.key) < ($1.value.dataOffsets.first ?? 0, $1.key)
    }
    var result: [(String, StoredArray)] = []
    for (name, entry) in sorted {
      guard let type = ScalarType(safetensorsCode: entry.dtype) else {
        throw .unsupported(file: file.name, what: "'\(name)' of type \(entry.dtype)")
      }
      let offsets = entry.dataOffsets
      guard offsets.count == 2, offsets[0] >= 0, offsets[0] <= offsets[1],
        let bytes = Shape(entry.shape + [type.size]).checkedElementCount,
        bytes == offsets[1] - offsets[0]
      else {
        throw .malformed(
          file: file.name, reason: "'\(name)' \(Shape(entry.shape)) does not fill its place")
      }
      guard offsets[1] <= file.count - range.upperBound else {
        throw .truncated(
          file: file.name, what: "'\(name)'", needed: bytes,
          found: max(file.count - range.upperBound - offsets[0], 0))
      }
      let start = range.upperBound + offsets[0]
      let array = try StoredArray(
        file: file, range: start..<start + bytes, shape: Shape(entry.shape), scalarType: type,
        name: name)
      result.append((name, array))
    }
    return result
  }
}
