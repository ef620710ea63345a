/// What a file is read as: how large one of its kind may be, and how it begins.
package struct FileKind: Sendable {
  /// What errors call such a file, with its article: `a lock file`.
  let noun: String
  /// The most bytes that such a file may have.
  let largest: Int
  /// Whether such a file is mapped into memory, and not read.
  let isMapped: Bool
  /// Whether such a file may begin with some bytes, 16 of them.
  let begins: @Sendable ([UInt8]) -> Bool

  package init(
    _ noun: String, largest: Int, isMapped: Bool = false,
    begins: @escaping @Sendable ([UInt8]) -> Bool = { _ in true }
  ) {
    self.noun = noun
    self.largest = largest
    self.isMapped = isMapped
    self.begins = begins
  }

  /// Any file.
  static let any = FileKind("a file", largest: .max)

  /// A picture to classify: far more than any camera writes.
  package static let photo = FileKind("a photo", largest: 1 << 30)

  /// The most bytes that are read of what cannot be mapped, such as a pipe, which may never end.
  static let largestInMemory = 1 << 30
}
