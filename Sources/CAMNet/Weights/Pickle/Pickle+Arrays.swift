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
      guard let key = text(key) else { throw malformed("an array's name is no string") }
      let name = prefix + key
      switch value {
      case .array(let array): result.append((name, try stored(arrays[array], name)))
      case .dictionary:
        result += try namedArrays(value, prefix: name + "/", depth: depth + 1, stored: stored)
      default: break
      }
      guard result.count <= 1_000_000 else {
        throw malformed("it holds more than a million arrays")
      }
    }
    return result
  }

  /// Where the values of a NumPy array lie; an error where they are not numbers.
  func numPyArray(_ array: PickleArray, _ name: String) throws(WeightsError) -> StoredArray {
    guard case .bytes(let bytes, let range) = array.values, let type = array.scalarType else {
      throw .unsupported(
        file: file.name,
        what: "'\(name)' of type \(array.typeName.isEmpty ? "none" : array.typeName)")
    }
    return try StoredArray(
      file: bytes, range: range, shape: array.shape, scalarType: type,
      isFortranOrder: array.isFortranOrder, isBigEndian: array.isBigEndian, name: name)
  }
}
