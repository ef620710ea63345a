/// NumPy's `.npy` files: a header, then an array's bytes, or the pickle of an array of objects.
/// numpy.lib.format describes versions 1 to 3.
enum NPY {
  /// The bytes that a `.npy` file begins with.
  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
  /// The most bytes of a header's text that are read: as many as NumPy reads.
  static let largestHeader = 10_000
  /// The name that a store gives the array of a file that holds only one.
  static let loneName = "array"

  /// What a file says of its array before the values.
  struct Header {
    let shape: Shape
    /// The type of the values; nil for Python objects.
    let scalarType: ScalarType?
    let isBigEndian: Bool
    let isFortranOrder: Bool
  }

  /// The arrays that a `.npy` file holds: a lone one, or those of a pickled dictionary.
  static func read(
    _ file: FileBytes, _ budget: ReadingBudget
  ) throws(WeightsError) -> [(String, StoredArray)] {
    var reader = ByteReader(file)
    let header = try header(&reader)
    guard header.scalarType == nil else {
      let range = reader.position..<reader.end
      return [(loneName, try array(header, .file(file), range, name: loneName))]
    }
    var pickle = Pickle(reader, budget)
    var value = try pickle.load()
    // np.save wraps a dictionary in an array of one object.
    if case .array(let index) = value, case .objects(let list) = pickle.arrays[index].values,
      let only = pickle.lists[list].first, pickle.lists[list].count == 1
    {
      value = only
    }
    return try pickle.namedArrays(value) { array, name throws(WeightsError) in
      try pickle.numPyArray(array, name)
    }
  }

  /// The array of numbers whose bytes lie at `range` of some contents.
  static func array(
    _ header: Header, _ contents: StoredArray.Contents, _ range: Range<Int>, name: String
  ) throws(WeightsError) -> StoredArray {
    guard let type = header.scalarType else {
      throw .unsupported(file: contents.fileName, what: "Python objects in '\(name)'")
    }
    return try StoredArray(
      contents, range: range, shape: header.shape,
      scalarType: type, isFortranOrder: header.isFortranOrder, isBigEndian: header.isBigEndian,
      name: name)
  }

  /// Reads a file's header, and leaves `reader` before the values.
  static func header(_ reader: inout ByteReader) throws(WeightsError) -> Header {
    let what = "the .npy header"
    let start = try reader.take(magic.count, what)
    guard reader.file.bytes(start) == magic else {
      throw .malformed(file: reader.file.name, reason: "it does not begin as a .npy file")
    }
    let version = try reader.integer(UInt16.self, what) & 0xFF
    let length =
      version == 1
      ? Int(try reader.integer(UInt16.self, what)) : Int(try reader.integer(UInt32.self, what))
    guard length <= largestHeader else {
      throw .malformed(
        file: reader.file.name,
        reason: "its .npy header claims \(length) bytes; NumPy reads \(largestHeader)")
    }
    let text = try reader.text(length, what)
    guard (1...3).contains(version), let descr = quoted("descr", in: text),
      let shape = shape(in: text)
    else {
      throw .malformed(
        file: reader.file.name, reason: "its .npy header is not one: \(text.prefix(80))")
    }
    let code = descr.drop { "<>|=".contains($0) }
    let scalarType = ScalarType(numPyCode: code)
    guard scalarType != nil || code.hasPrefix("O") else {
      throw .unsupported(file: reader.file.name, what: "values of type '\(descr)'")
    }
    return Header(
      shape: shape, scalarType: scalarType, isBigEndian: descr.hasPrefix(">"),
      isFortranOrder: value("fortran_order", in: text)?.hasPrefix("True") ?? false)
  }

  /// The header's text behind a key of its Python dictionary; nil where it has no such key.
  private static func value(_ key: String, in text: String) -> Substring? {
    guard let range = text.firstRange(of: "'\(key)':") else { return nil }
    return text[range.upperBound...].drop { $0 == " " }
  }

  /// The text in quotes that a key of the header's Python dictionary stands for; nil where there is none.
  private static func quoted(_ key: String, in text: String) -> Substring? {
    guard let value = value(key, in: text), value.first == "'" else { return nil }
    return value.dropFirst().prefix { $0 != "'" }
  }

  /// The shape that the header gives; nil where it gives none.
  private static func shape(in text: String) -> Shape? {
    guard let value = value("shape", in: text), value.first == "(", value.contains(")") else {
      return nil
    }
    var dimensions: [Int] = []
    for part in value.dropFirst().prefix(while: { $0 != ")" }).split(separator: ",") {
      let digits = part.filter { $0 != " " && $0 != "L" }
      if digits.isEmpty { continue }
      guard let dimension = Int(digits) else { return nil }
      dimensions.append(dimension)
    }
    return Shape(dimensions)
  }
}
