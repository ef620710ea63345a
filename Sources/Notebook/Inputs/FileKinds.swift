import CAMNet

// Each far larger than any such file is.

extension FileKind {
  static let classNames = FileKind("a list of class names", largest: 16 << 20)
  static let lock = FileKind("a lock file", largest: 64 << 20)
  static let record = FileKind("a run record", largest: 64 << 20)
  /// A file that is looked at for its hash.
  static let candidate = FileKind("a file", largest: .max, isMapped: true)
  static let template = FileKind("a template", largest: 4 << 20)
}
