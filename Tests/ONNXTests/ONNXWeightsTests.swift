import CAMNet
import TestSupport
import Testing

/// ONNX files read as weights: values where they lie, in the file or beside it.
@Suite struct ONNXWeightsTests {
  /// A file of one graph with these initializers.
  private func model(_ tensors: [(inout ProtobufWriter) -> Void]) -> [UInt8] {
    ProtobufWriter.message { model in
      model.number(1, 8)
      model.message(7) { graph in for tensor in tensors { graph.message(5, tensor) } }
    }
  }

  private func tensor(
    _ name: String, _ shape: [Int], type: Int, _ values: @escaping (inout ProtobufWriter) -> Void
  ) -> (inout ProtobufWriter) -> Void {
    { tensor in
      tensor.numbers(1, shape)
      tensor.number(2, type)
      values(&tensor)
      tensor.text(8, name)
    }
  }

  /// A tensor of two floats whose values lie in another file.
  private func external(_ place: [(String, String)]) -> (inout ProtobufWriter) -> Void {
    tensor("w", [2], type: 1) { tensor in
      for (key, value) in place {
        tensor.message(13) { entry in
          entry.text(1, key)
          entry.text(2, value)
        }
      }
      tensor.number(14, 1)
    }
  }

  private func store(_ bytes: [UInt8]) throws -> WeightsStore {
    try WeightsStore(FileBytes(bytes, name: "m.onnx"), source: "m.onnx")
  }

  @Test func `values in any of the fields come out alike`() throws {
    let store = try store(
      model([
        tensor("raw", [2], type: 1) { $0.bytes(9, ([1, -2] as [Float]).littleEndianBytes) },
        tensor("packed", [2], type: 1) { $0.floats(4, [1, -2]) },
        tensor("single", [2], type: 1) {
          $0.float(4, 1)
          $0.float(4, -2)
        },
        tensor("half", [2], type: 10) { $0.numbers(5, [0x3C00, 0xC000]) },
        tensor("brain", [2], type: 16) { $0.bytes(9, [0x80, 0x3F, 0x00, 0xC0]) },
        tensor("byte", [2], type: 3) { $0.numbers(5, [1, -2]) },
        tensor("long", [2], type: 7) { $0.numbers(7, [1, -2]) },
        tensor("double", [2], type: 11) { tensor in
          tensor.bytes(
            10,
            ([1, -2] as [Double]).flatMap { value in
              withUnsafeBytes(of: value.bitPattern) { [UInt8]($0) }
            })
        },
      ]))
    #expect(store.format == .onnx)
    #expect(store.entries.count == 8)
    for entry in store.entries {
      #expect(try store.tensor(named: entry.name).elements == [1, -2], "\(entry.name)")
    }
  }

  @Test func `a weight that an exporter wrote as a constant is found by its output's name`() throws
  {
    let bytes = ProtobufWriter.message { model in
      model.number(1, 8)
      model.message(7) { graph in
        graph.message(1) { node in
          node.text(2, "conv.w_0")
          node.text(4, "Constant")
          node.message(5) { attribute in
            attribute.text(1, "value")
            attribute.message(5, tensor("", [2], type: 1) { $0.floats(4, [3, 4]) })
            attribute.number(20, 4)
          }
        }
      }
    }
    #expect(try store(bytes).tensor(named: "conv.w_0").elements == [3, 4])
  }

  @Test(
    arguments: [
      ("w", [("location", "w.data"), ("offset", "4"), ("length", "8")], [2, 3]),
      ("w", [("location", "./w.data")], [1, 2]),
      ("w", [("location", "below/w.data"), ("offset", "8")], [3, 4]),
    ] as [(String, [(String, String)], [Float])])
  func `values beside the file are found`(name: String, place: [(String, String)], values: [Float])
    throws
  {
    let folder = try DataFolder()
    let numbers = ([1, 2, 3, 4] as [Float]).littleEndianBytes
    try folder.write(numbers, "w.data")
    try folder.write(numbers, "below/w.data")
    let path = try folder.write(model([external(place)]), "m.onnx")
    let store = try WeightsStore(contentsOf: path)
    #expect(try store.tensor(named: name).elements == values)
    #expect(store.files.count == 2)
  }

  @Test(
    arguments: [
      ([("location", "../w.data")], "lies outside the model's folder"),
      ([("location", "below/../../w.data")], "lies outside the model's folder"),
      ([("location", "/etc/passwd")], "is not named from the model's folder"),
      ([("location", "")], "is not a file's name"),
      ([("location", "w.data\0.png")], "is not a file's name"),
      ([("location", "below")], "is a folder"),
      ([("location", "link.data")], "is reached through a link"),
      ([("location", "linked/w.data")], "is reached through a link"),
      ([("location", "gone.data")], "needs its values in 'gone.data' beside it"),
      ([("location", "w.data"), ("offset", "-4")], "the offset of 'w' in its data file is '-4'"),
      ([("location", "w.data"), ("offset", "12")], "'w' at byte 12 needs 8 bytes and 4 are left"),
      (
        [
          ("location", "w.data"), ("offset", "9223372036854775807"),
          ("length", "9223372036854775807"),
        ],
        "are left"
      ),
      ([("location", "w.data"), ("length", "12")], "'w' (2,) needs 8 bytes and has 12"),
    ] as [([(String, String)], String)])
  func `values elsewhere are refused`(place: [(String, String)], words: String) throws {
    let folder = try DataFolder()
    let numbers = ([1, 2, 3, 4] as [Float]).littleEndianBytes
    try folder.write(numbers, "w.data")
    try folder.write(numbers, "model/w.data")
    try folder.write(numbers, "model/below/w.data")
    try folder.link("model/link.data", to: folder("w.data"))
    try folder.link("model/linked", to: folder("model/below"))
    let path = try folder.write(model([external(place)]), "model/m.onnx")
    let refusal = folder.refusal { try WeightsStore(contentsOf: path) }
    #expect(refusal?.contains(words) == true, "\(refusal ?? "nothing is refused")")
    #expect(refusal?.hasPrefix("DATA/model/") == true)
  }

  @Test(
    arguments: [
      (
        [0x3A] + [UInt8](repeating: 0xFF, count: 12),
        "the number at byte 1"
      ),
      ([0x08, 8, 0x3A, 4, 0x0F, 1, 2, 3], "byte 4 begins a field of wire type 7"),
      ([0x08, 8, 0x3A, 2, 0x0B, 0x0B], "byte 4 begins a field of wire type 3"),
      ([0x08, 8, 0x3A, 0x7F, 1], "field 7 at byte 2 needs 127 bytes and 1 are left"),
      (
        [0x08, 8, 0x3A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],
        "field 7 at byte 2 needs"
      ),
      ([0x08, 8, 0x3A, 2, 0x28, 1], "field 5 at byte 4 holds something else"),
      ([0x08, 8, 0x3A, 2, 0x00, 1], "byte 4 begins a field of number 0"),
    ] as [([UInt8], String)])
  func `a malformed file is refused by the byte`(bytes: [UInt8], words: String) throws {
    let error = #expect(throws: WeightsError.self) { try store(bytes) }
    #expect("\(try #require(error))".contains(words))
  }

  @Test(arguments: [
    ("version https://git-lfs.github.com/spec/v1\noid", "run 'git lfs pull'"),
    ("<!DOCTYPE html>\n<html>", "is a web page"),
    ("\nir_version: 8\ngraph {", "is ONNX as text"),
  ])
  func `what people have in a model's place is told`(text: String, words: String) throws {
    let error = #expect(throws: WeightsError.self) { try store(Array(text.utf8)) }
    #expect("\(try #require(error))".contains(words))
  }

  @Test func `shapes that no values can have are refused`() throws {
    for (shape, type, words) in [
      ([-1, 2], 1, "'w' has the impossible shape (-1, 2)"),
      ([1 << 40, 1 << 40], 1, "impossible shape"),
      ([27_000_000], 1, "'w' (27000000,) needs 108000000 bytes and 8 are left"),
      ([1], 1, "'w' (1,) needs 4 bytes and has 8"),
      ([2], 8, "'w', which is of texts"),
      ([2], 99, "'w', whose values are of type 99"),
    ] {
      let bytes = model([
        tensor("w", shape, type: type) { $0.bytes(9, [UInt8](repeating: 0, count: 8)) }
      ])
      let error = #expect(throws: WeightsError.self) { try store(bytes) }
      #expect("\(try #require(error))".contains(words))
    }
  }
}
