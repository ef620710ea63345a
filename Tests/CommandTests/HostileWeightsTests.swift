import Foundation
import TestSupport
import Testing

/// Small files that ask for much: the built program says so in a sentence, and soon, with a memory that is in proportion.
@Suite struct HostileWeightsTests {
  let folder: Folder

  init() throws {
    folder = try Folder()
  }

  /// Runs camreport where no more than a gigabyte of addresses is to be had, so that a larger appetite kills it.
  private func inspect(_ bytes: [UInt8], _ name: String = "hostile.npy") throws -> Command.Outcome {
    try folder.write(name, bytes)
    return try Command.run(
      URL(filePath: "/bin/sh"),
      ["-c", "ulimit -v 1048576; exec \"$0\" \"$@\"", Command.binary.path]
        + ["weights", "inspect", name], in: folder)
  }

  private func expectSentence(
    _ outcome: Command.Outcome, _ words: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(outcome.status == 1, sourceLocation: sourceLocation)
    #expect(
      outcome.errors.hasPrefix("camreport: hostile") && outcome.errors.contains(words)
        && outcome.errors.utf8.count < 400 && outcome.errors.split(separator: "\n").count == 1,
      "\(outcome.errors.prefix(400))", sourceLocation: sourceLocation)
  }

  private let tooMuch = "of memory, far more than weights in"

  @Test func `dictionaries that many dictionaries share`() throws {
    // Four levels of 1,000 names each for the dictionary below: 10¹² ways to go.
    var pickle = Pickle()
    pickle.dictionary()
    pickle.keep(0)
    for level in 0..<UInt8(3) {
      pickle.dictionary()
      pickle.items((0..<1000).map { ("\($0)", level) })
      pickle.keep(level + 1)
    }
    expectSentence(try inspect(pickle.file), tooMuch)
  }

  @Test func `a million arrays with long names`() throws {
    // One array of one value, for all of them.
    var pickle = Pickle()
    pickle.bytes += Array("cnumpy\nndarray\n)R".utf8)
    pickle.bytes += Array("(K".utf8) + [1] + Array(")".utf8)
    pickle.bytes += Array("cnumpy\ndtype\n".utf8)
    pickle.string("f4")
    pickle.bytes += [0x85] + Array("R".utf8) + [0x89]
    pickle.bytes += Array("U".utf8) + [4, 0, 0, 0, 0] + Array("tb".utf8)
    pickle.keep(0)
    pickle.bytes += Array("0".utf8)
    let long = String(repeating: "n", count: 1000)
    pickle.dictionary()
    pickle.items((0..<1000).map { ("\(long)\($0)", 0) })
    pickle.keep(1)
    pickle.dictionary()
    pickle.items((0..<1000).map { ("\($0)", 1) })
    expectSentence(try inspect(pickle.file), tooMuch)
  }

  @Test func `one text encoded ten thousand times`() throws {
    var pickle = Pickle()
    pickle.bytes += Array("c_codecs\nencode\n".utf8)
    pickle.keep(0)
    pickle.string(String(repeating: "x", count: 1 << 20))
    pickle.string("latin1")
    pickle.bytes += [0x86]
    pickle.keep(1)
    pickle.bytes += Array("(".utf8)
    for _ in 0..<10_000 {
      pickle.recall(0)
      pickle.recall(1)
      pickle.bytes += Array("R".utf8)
    }
    pickle.bytes += Array("l".utf8)
    expectSentence(try inspect(pickle.file), tooMuch)
  }

  @Test func `twenty million items of a list`() throws {
    let items = [UInt8](repeating: UInt8(ascii: "N"), count: 20_000_000)
    var pickle = Pickle()
    pickle.bytes += Array("(".utf8) + items + Array("l".utf8)
    expectSentence(try inspect(pickle.file), tooMuch)
  }

  @Test func `a header of a hundred megabytes`() throws {
    let count = 100 << 20
    let text = [UInt8](repeating: UInt8(ascii: " "), count: count)
    let length = (0..<4).map { UInt8(count >> (8 * $0) & 255) }
    expectSentence(
      try inspect([0x93] + Array("NUMPY".utf8) + [2, 0] + length + text), "its .npy header claims")
    expectSentence(
      try inspect(
        length + [0, 0, 0, 0] + Array("{".utf8) + text.dropFirst(), "hostile.safetensors"),
      "its header claims")
  }

  @Test func `a safetensors header full of arrays`() throws {
    let entries = (0..<200_000).map { #""\#($0)":{"dtype":"F32","shape":[],"data_offsets":[0,0]}"# }
    let header = Array(("{" + entries.joined(separator: ",") + "}").utf8)
    let length = (0..<8).map { UInt8(header.count >> (8 * $0) & 255) }
    expectSentence(try inspect(length + header, "hostile.safetensors"), "does not fill its place")
  }

  @Test func `members that share their bytes`() throws {
    var archive = Archive()
    let place = archive.add(Array("a0.npy".utf8), packed: 100_000, size: 1 << 20)
    for index in 1..<100 { archive.list(Array("a\(index).npy".utf8), place) }
    expectSentence(try inspect(archive.file, "hostile.npz"), "lie in the same bytes")
  }

  @Test func `members that inflate to a thousand times the file`() throws {
    var archive = Archive()
    for index in 0..<12 {
      let name = Array("a\(index).npy".utf8)
      archive.list(name, archive.add(name, packed: 100_000, size: 90 << 20))
    }
    expectSentence(try inspect(archive.file, "hostile.npz"), tooMuch)
  }

  @Test(arguments: ["/dev/zero", "/dev/urandom"])
  func `a device that never ends is no weights file`(device: String) throws {
    let outcome = try Command.run("weights", "inspect", device, in: folder)
    #expect(outcome.status == 1)
    // One time in a hundred random bytes begin as a network's file does, which is then read until it is too large.
    let refusals =
      ["is no weights file"] + (device == "/dev/urandom" ? ["is larger than 1024 MB"] : [])
    #expect(
      refusals.contains { outcome.errors.hasPrefix("camreport: \(device): \($0)") },
      "\(outcome.errors)")
  }
}

/// A `.npy` file's pickle, written instruction by instruction.
private struct Pickle {
  var bytes: [UInt8] = [0x80, 2]

  /// A `.npy` file of one object, the pickled one.
  var file: [UInt8] {
    let header = Array("{'descr': '|O', 'fortran_order': False, 'shape': (), }\n".utf8)
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.count), 0] + header + bytes
      + Array(".".utf8)
  }

  mutating func dictionary() { bytes += Array("}".utf8) }

  mutating func string(_ text: String) {
    bytes += Array("X".utf8) + littleEndian(text.utf8.count, 4) + Array(text.utf8)
  }

  mutating func keep(_ place: UInt8) { bytes += Array("q".utf8) + [place] }

  mutating func recall(_ place: UInt8) { bytes += Array("h".utf8) + [place] }

  /// Adds items to the dictionary on top of the stack.
  mutating func items(_ items: [(key: String, recalled: UInt8)]) {
    bytes += Array("(".utf8)
    for item in items {
      string(item.key)
      recall(item.recalled)
    }
    bytes += Array("u".utf8)
  }
}

/// A zip archive whose members claim what they like.
private struct Archive {
  private var contents: [UInt8] = []
  private var directory: [UInt8] = []
  private var count = 0

  /// The fields that a member's local header and its entry in the directory have in common, and where the former begins.
  typealias Place = (fields: [UInt8], offset: Int)

  /// Adds a member of `packed` bytes, which claims to inflate to `size`.
  mutating func add(_ name: [UInt8], packed: Int, size: Int) -> Place {
    let fields =
      [20, 0, 0, 0, 8, 0, 0, 0, 0, 0] + littleEndian(0, 4) + littleEndian(packed, 4)
      + littleEndian(size, 4) + littleEndian(name.count, 2) + [0, 0]
    let place = Place(fields, contents.count)
    contents += [0x50, 0x4B, 3, 4] + fields + name + [UInt8](repeating: 0, count: packed)
    return place
  }

  /// Lists a member in the directory.
  mutating func list(_ name: [UInt8], _ place: Place) {
    directory += [0x50, 0x4B, 1, 2, 20, 0] + place.fields.dropLast(4)
    directory += littleEndian(name.count, 2) + [UInt8](repeating: 0, count: 12)
    directory += littleEndian(place.offset, 4) + name
    count += 1
  }

  var file: [UInt8] {
    contents + directory + [0x50, 0x4B, 5, 6, 0, 0, 0, 0] + littleEndian(count, 2)
      + littleEndian(count, 2) + littleEndian(directory.count, 4) + littleEndian(contents.count, 4)
      + [0, 0]
  }
}

/// The lowest bytes of a number, the lowest first.
private func littleEndian(_ value: Int, _ count: Int) -> [UInt8] {
  (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}
