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

  /// The header, a JSON object with an entry for each array, and perhaps texts by their names under `__metadata__`.
  private struct Header: Decodable {
    var entries: [String: Entry] = [:]
    var metadata: [String: String] = [:]

    struct Key: CodingKey {
      let stringValue: String
      var intValue: Int? { nil }
      init(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Key.self)
      for key in container.allKeys {
        if key.stringValue == "__metadata__" {
          // What other programs put there in other forms is theirs.
          metadata = (try? container.decode([String: String].self, forKey: key)) ?? [:]
        } else {
          entries[key.stringValue] = try container.decode(Entry.self, forKey: key)
        }
      }
    }
  }

  /// The most bytes of a header, far more than any network's.
  private static let largestHeader = 16 << 20

  /// The arrays of a file, in the order in which their values lie, and the texts beside them. As for the format's own reader, the
  /// arrays fill the file: none lies in another, and nothing lies between or behind them.
  static func read(
    _ file: FileBytes
  ) throws(WeightsError) -> (arrays: [(String, StoredArray)], metadata: [String: String]) {
    var reader = ByteReader(file)
    let length = Int(clamping: try reader.integer(UInt64.self, "the header's length"))
    let range = try reader.take(length, "the header")
    guard length <= largestHeader else {
      throw .malformed(
        file: file.name,
        reason: "its header claims \(length) bytes; camreport reads \(largestHeader >> 20) MB")
    }
    let header: Header
    do {
      header = try JSONDecoder().decode(Header.self, from: Data(file.bytes(range)))
    } catch {
      throw .malformed(file: file.name, reason: "its safetensors header cannot be read as JSON")
    }
    // The arrays' places in the file are the order in which they were written; a JSON object has none.
    let sorted = header.entries.sorted { first, second in
      let (one, other) = (first.value.dataOffsets, second.value.dataOffsets)
      return one == other ? first.key < second.key : one.lexicographicallyPrecedes(other)
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
      let end = reader.position - range.upperBound
      guard offsets[0] == end else {
        throw .malformed(
          file: file.name,
          reason: "'\(name)' begins at byte \(offsets[0]) of the values, not at \(end), where the "
            + "one before it ends")
      }
      let place = try reader.take(bytes, "'\(name)'")
      let array = try StoredArray(
        .file(file), range: place, shape: Shape(entry.shape), scalarType: type, name: name)
      result.append((name, array))
    }
    guard reader.remaining == 0 else {
      throw .malformed(
        file: file.name, reason: "\(reader.remaining) bytes follow its last array")
    }
    return (result, header.metadata)
  }
}
