/// What people have in the place of a model's file, told by its first bytes.
package enum OtherContents {
  /// What a file is that is no model, and what to do about it, as the end of a sentence; nil where it is nothing that is known.
  package static func explanation(_ file: FileBytes) -> String? {
    let start = String(decoding: file.bytes(0..<min(64, file.count)), as: UTF8.self)
      .drop(while: \.isWhitespace)
    if start.hasPrefix("version https://git-lfs") {
      return "is a Git LFS pointer and not the file that it points to; run 'git lfs pull'"
    }
    if start.lowercased().hasPrefix("<!doctype") || start.lowercased().hasPrefix("<html") {
      return "is a web page; download the file itself"
    }
    if start.hasPrefix("ir_version:") || start.hasPrefix("ir_version :") {
      return "is ONNX as text, of which camreport reads only the binary form"
    }
    return nil
  }
}
