/// NumPy's `.npz` files: a zip archive with a `.npy` file for each array.
enum NPZ {
  /// The arrays of an archive, named as its members without `.npy`.
  static func read(_ archive: Zip) throws(WeightsError) -> [(String, StoredArray)] {
    var result: [(String, StoredArray)] = []
    for member in archive.members {
      let ending = ".npy"
      guard member.name.hasSuffix(ending) else {
        throw .unsupported(
          file: archive.file.name, what: "'\(member.name)', which is no .npy array")
      }
      let name = String(member.name.dropLast(ending.count))
      let (file, range) = try archive.contents(member)
      var reader = ByteReader(file, range: range)
      let header = try NPY.header(&reader)
      result.append((name, try NPY.array(header, reader, name: name)))
    }
    return result
  }
}
