import CAMNet
import Foundation
import TestSupport
import Testing

/// Weights files are data from strangers: whatever is in them, the answer is a value or a sentence.
@Suite struct WeightsRefusalTests {
  private func read(_ bytes: [UInt8]) throws(WeightsError) -> WeightsStore {
    try WeightsStore(FileBytes(bytes, name: "file"), source: "file")
  }

  /// Reads a file and all its tensors; errors are fine, traps are what this looks for.
  private func readAll(_ bytes: [UInt8]) {
    guard let store = try? read(bytes) else { return }
    for index in store.entries.indices { _ = try? store.tensor(at: index) }
  }

  private func npy(_ header: String, _ data: [UInt8] = []) -> [UInt8] {
    let text = Array((header + "\n").utf8)
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(text.count & 255), UInt8(text.count >> 8)]
      + text + data
  }

  private func pickled(_ pickle: [UInt8]) -> [UInt8] {
    npy("{'descr': '|O', 'fortran_order': False, 'shape': (), }", pickle)
  }

  @Test(arguments: [
    ("os", "system"), ("builtins", "eval"), ("numpy", "load"), ("torch", "load"),
    ("numpy.core.multiarray", "fromfile"), ("", ""),
  ])
  func `a global that weights do not need is refused by name`(module: String, name: String) {
    let byLine = [0x80, 2] + Array("c\(module)\n\(name)\n".utf8) + Array(")R.".utf8)
    #expect(throws: WeightsError.refusedGlobal(file: "file", name: "\(module).\(name)")) {
      try read(pickled(byLine))
    }
    let byStack: [UInt8] =
      [0x80, 4, 0x8C, UInt8(module.utf8.count)] + Array(module.utf8)
      + [0x8C, UInt8(name.utf8.count)] + Array(name.utf8) + [0x93] + Array(")R.".utf8)
    #expect(throws: WeightsError.refusedGlobal(file: "file", name: "\(module).\(name)")) {
      try read(pickled(byStack))
    }
  }

  private static let files = [
    "python2-weights.npy", "weights-protocol5.npy", "weights-lone.npy", "weights-deflated.npz",
    "weights-torch-legacy.pth", "weights-torch-zip.pth", "weights-small.safetensors",
  ]

  @Test(arguments: files)
  func `a file cut at any byte is refused`(file: String) throws {
    let whole = try [UInt8](Data(contentsOf: URL(filePath: Fixture.path(file))))
    for length in 0..<whole.count {
      #expect(throws: WeightsError.self, "\(length) bytes") { try read(Array(whole[..<length])) }
    }
  }

  @Test(arguments: files)
  func `a file with bytes changed is read or refused, and nothing worse`(file: String) throws {
    let whole = try [UInt8](Data(contentsOf: URL(filePath: Fixture.path(file))))
    var generator = SeededGenerator(seed: 7)
    for _ in 0..<4000 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(
          in: 0...255, using: &generator)
      }
      readAll(bytes)
    }
  }

  @Test func `claims of more than the file holds are refused before anything is allocated`() {
    let claims = [
      npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1000000, 1000000), }"),
      npy("{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4), }"),
      npy("{'descr': '<f4', 'fortran_order': False, 'shape': (-1, -4), }"),
      pickled([0x80, 2, 0x42, 0xFF, 0xFF, 0xFF, 0xFF]),
      pickled([0x80, 4, 0x8E] + [UInt8](repeating: 0xFF, count: 8)),
      [UInt8](repeating: 0xFF, count: 8) + Array("{}".utf8),
      safetensors(
        #"{"a":{"dtype":"F32","shape":[1000000000000],"data_offsets":[0,4000000000000]}}"#),
      safetensors(#"{"a":{"dtype":"F32","shape":[9223372036854775807,9],"data_offsets":[0,4]}}"#),
      safetensors(#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#),
      safetensors(#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[4,0]}}"#),
    ]
    for claim in claims {
      #expect(throws: WeightsError.self) { try read(claim) }
    }
  }

  private func safetensors(_ header: String, values: Int = 4) -> [UInt8] {
    let text = Array(header.utf8)
    return (0..<8).map { UInt8(text.count >> (8 * $0) & 255) } + text
      + [UInt8](repeating: 0, count: values)
  }

  @Test func `safetensors fill their file, each array behind the one before it`() throws {
    func array(_ name: String, _ start: Int, _ end: Int) -> String {
      #""\#(name)":{"dtype":"F32","shape":[\#((end - start) / 4)],"data_offsets":[\#(start),\#(end)]}"#
    }
    let whole = try read(
      safetensors("{\(array("b", 0, 4)),\(array("none", 4, 4)),\(array("a", 4, 8))}  ", values: 8))
    #expect(whole.entries.map(\.name) == ["b", "none", "a"])
    for (header, values, reason) in [
      (
        "{\(array("a", 0, 8)),\(array("b", 4, 8))}", 8,
        "'b' begins at byte 4 of the values, not at 8"
      ),
      (
        "{\(array("a", 0, 4)),\(array("b", 8, 12))}", 12,
        "'b' begins at byte 8 of the values, not at 4"
      ),
      ("{\(array("a", 4, 8))}", 8, "'a' begins at byte 4 of the values, not at 0"),
      ("{\(array("a", 0, 4))}", 9, "5 bytes follow its last array"),
    ] {
      let error = #expect(throws: WeightsError.self) {
        try read(safetensors(header, values: values))
      }
      #expect(error?.description.contains(reason) ?? false, "\(String(describing: error))")
    }
  }

  /// The numbers that boundaries are most often wrong at.
  private static let extremes = [-1, 0, 1 << 31, .max, .min]

  @Test(arguments: files)
  func `a number of a file that is extreme is refused, or read as one`(file: String) throws {
    let whole = try [UInt8](Data(contentsOf: URL(filePath: Fixture.path(file))))
    // Wherever a number could stand, of any width.
    for width in [1, 2, 4, 8] {
      for place in 0...min(whole.count - width, 3000) {
        for value in Self.extremes {
          var bytes = whole
          for index in 0..<width {
            bytes[place + index] = UInt8(truncatingIfNeeded: value >> (8 * index))
          }
          readAll(bytes)
        }
      }
    }
  }

  @Test(arguments: ["weights-lone.npy", "weights-small.safetensors"])
  func `a number in a header's text that is extreme is refused, or read as one`(
    file: String
  ) throws {
    let whole = try [UInt8](Data(contentsOf: URL(filePath: Fixture.path(file))))
    let start = file.hasSuffix(".npy") ? 10 : 8
    let length = Int(whole[start == 10 ? 8 : 0]) + Int(whole[start == 10 ? 9 : 1]) << 8
    let header = String(decoding: whole[start..<start + length], as: UTF8.self)
    let numbers = header.ranges(of: /\b[0-9]+\b/)
    #expect(!numbers.isEmpty)
    for range in numbers {
      for value in Self.extremes {
        let text = Array(header.replacingCharacters(in: range, with: "\(value)").utf8)
        var bytes = whole
        bytes.replaceSubrange(start..<start + length, with: text)
        for index in 0..<2 {
          bytes[(start == 10 ? 8 : 0) + index] = UInt8(text.count >> (8 * index) & 255)
        }
        readAll(bytes)
      }
    }
  }

  @Test func `a pickle that nests without end is refused and harms nothing`() {
    // Ten million tuples, each in the last.
    #expect(throws: WeightsError.self) {
      try read(pickled([0x80, 2] + [UInt8](repeating: 0x85, count: 10)))
    }
    let deep =
      [UInt8](repeating: UInt8(ascii: "]"), count: 1) + [UInt8](repeating: 0x85, count: 10_000_000)
    #expect(throws: WeightsError.self) { try read(pickled([0x80, 2] + deep + [0x2E])) }
  }

  @Test func `a dictionary that holds itself is refused`() {
    // d = {}; d['a'] = d
    let pickle: [UInt8] = [0x80, 2] + Array("}q\u{0}X\u{1}\u{0}\u{0}\u{0}ah\u{0}s.".utf8)
    #expect(throws: WeightsError.self) { try read(pickled(pickle)) }
  }

  @Test func `text and other files are no weights files`() {
    #expect(throws: WeightsError.unknownFormat(file: "file")) {
      try read(Array("hello world".utf8))
    }
    #expect(throws: WeightsError.empty(file: "file")) { try read([]) }
  }

  @Test func `a member whose checksum is wrong is refused`() throws {
    var bytes = try [UInt8](Data(contentsOf: URL(filePath: Fixture.path("weights.npz"))))
    // The archive is stored, so this is a value of its first array.
    bytes[300] ^= 1
    let store = try read(bytes)
    let error = #expect(throws: WeightsError.self) { try store.tensor(at: 0) }
    #expect(error?.description.contains("checksum") ?? false)
    _ = try store.tensor(at: 1)
  }

  @Test func `a missing file and a folder are told apart`() {
    let missing = #expect(throws: FileError.self) {
      try WeightsStore(contentsOf: "/nowhere/weights.npy")
    }
    #expect(missing?.description == "/nowhere/weights.npy: there is no such file")
    let folder = #expect(throws: FileError.self) { try WeightsStore(contentsOf: "/") }
    #expect(folder?.description == "/: is a folder; name a file")
  }
}
