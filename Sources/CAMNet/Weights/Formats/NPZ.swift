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
      // Magic, version and the header's length stand before the header.
      let start = try archive.beginning(of: member, NPY.magic.count + 6 + NPY.largestHeader)
      var reader = ByteReader(start.file, range: start.range)
      let header = try NPY.header(&reader)
      let values = reader.position - start.range.lowerBound..<member.size
      let contents = StoredArray.Contents.member(ZipContents(archive.file, member))
      result.append((name, try NPY.array(header, contents, values, name: name)))
    }
    return result
  }
}
