// What a pickle built, as named arrays.

extension Pickle {
  /// Every array in a dictionary of arrays, or of dictionaries of arrays, by name: `layer/weights`.
  ///
  /// `stored` gives the place in the file of an array of some name. Other values, such as an epoch's number, are passed over.
  func namedArrays(
    _ value: PickleValue, prefix: String = "", depth: Int = 0,
    stored: (PickleArray, String) throws(WeightsError) -> StoredArray
  ) throws(WeightsError) -> [(String, StoredArray)] {
    guard case .dictionary(let index) = value else {
      throw .unsupported(file: file.name, what: "a pickle of something else than named arrays")
    }
    guard depth < 4 else { throw malformed("its dictionaries are nested too deeply") }
    var result: [(String, StoredArray)] = []
    for (key, value) in dictionaries[index] {
      guard let key = text(key) else {
        throw malformed("an array's name is no string of at most \(longestName) bytes")
      }
      // A dictionary that stands in many others is walked through many times, and a name is made anew each time.
      try budget.spend(prefix.utf8.count + key.utf8.count)
      let name = prefix + key
      switch value {
      case .array(let array):
        try budget.spend(arrayCost)
        result.append((name, try stored(arrays[array], name)))
      case .dictionary:
        try budget.spend(visitCost)
        result += try namedArrays(value, prefix: name + "/", depth: depth + 1, stored: stored)
      default: try budget.spend(visitCost)
      }
    }
    return result
  }

  /// What an array takes beside its values: its places here and among a store's entries, with their shapes.
  private var arrayCost: Int { 1024 }
  /// What it costs to pass over a value.
  private var visitCost: Int { 64 }

  /// Where the values of a NumPy array lie; an error where they are not numbers.
  func numPyArray(_ array: PickleArray, _ name: String) throws(WeightsError) -> StoredArray {
    guard case .bytes(let bytes, let range) = array.values, let type = array.scalarType else {
      throw .unsupported(
        file: file.name,
        what: "'\(name)' of type \(array.typeName.isEmpty ? "none" : array.typeName)")
    }
    return try StoredArray(
      .file(bytes), range: range, shape: array.shape, scalarType: type,
      isFortranOrder: array.isFortranOrder, isBigEndian: array.isBigEndian, name: name)
  }
}
