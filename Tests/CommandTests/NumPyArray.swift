import Foundation

/// A float32 `.npy` file, read as the format's own specification says and not by camreport.
struct NumPyArray {
  let shape: [Int]
  let values: [Float]

  struct NotNumPy: Error {}

  init(_ data: Data) throws {
    let bytes = [UInt8](data)
    guard bytes.count > 10, Array(bytes[0..<6]) == [0x93] + Array("NUMPY".utf8) else {
      throw NotNumPy()
    }
    let length = Int(bytes[8]) | Int(bytes[9]) << 8
    let header = String(decoding: bytes[10..<10 + length], as: UTF8.self)
    guard header.contains("'<f4'"), header.contains("'fortran_order': False"),
      (10 + length) % 64 == 0, let open = header.firstIndex(of: "("),
      let close = header.firstIndex(of: ")")
    else { throw NotNumPy() }
    shape = header[header.index(after: open)..<close].split(separator: ",").compactMap {
      Int($0.trimmingCharacters(in: .whitespaces))
    }
    values = stride(from: 10 + length, to: bytes.count, by: 4).map { start in
      Float(
        bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << (8 * $1) })
    }
    guard values.count == shape.reduce(1, *) else { throw NotNumPy() }
  }
}
