import CAMNet
import Foundation
import ONNX
import TestSupport
import Testing

/// Files that somebody broke on purpose, and files that are merely unusual.
@Suite struct HostileNetworkTests {
  private static let folder = Fixture.reference("onnx/hostile")

  /// What the refusal of each file says; nil for one that is taken.
  private static let expectations: [String: String?] = [
    "bias-short": "node '/conv/Conv' has 4 output channels and a bias of 3",
    "bomb-constant": nil,
    "bomb-expand": "would give a value of 4398046511104 elements",
    "channels-differ": "node '/conv/Conv' has a kernel for 5 channels and its input has 3",
    "dilation-huge": "has a dilation of 4611686018427387904",
    "dims-negative": "'w' has the impossible shape",
    "dims-overflow": "'w' has the impossible shape",
    "domain-unknown": "com.microsoft::FusedConv (relu)",
    "empty": "the file is empty",
    "external-absolute": "is not named from the model's folder",
    "external-dot": nil,
    "external-folder": "is a folder",
    "external-good": nil,
    "external-good-no-length": nil,
    "external-huge": "'w'",
    "external-missing": "needs its values in 'gone.data' beside it",
    "external-negative": "the offset of 'w'",
    "external-nul": "is not a file's name",
    "external-parent": "lies outside the model's folder",
    "external-past-end": "are left",
    "external-self": nil,
    "input-huge": "is too large",
    "input-two": nil,
    "kernel-rank": "node '/conv/Conv' has a kernel of 2 axes",
    "length-huge": "field 7 at byte 2 needs",
    "lfs-pointer": "run 'git lfs pull'",
    "name-html": nil,
    "name-not-utf8": nil,
    "no-graph": "field 7 at byte 2 needs",
    "op-unknown": "Frobnicate, which ONNX does not have, (relu)",
    "op-unsupported": "GridSample (relu)",
    "opset-999": "is written in operator set 999; camreport knows 6 to 28",
    "opset-none": "does not say which operator set",
    "output-map": nil,
    "output-none": "says no output",
    "output-twice": "'c' is computed twice",
    "pads-huge": "has a padding of 1099511627776",
    "page": "is a web page",
    "raw-too-long": "'w' (4, 3, 3, 3) needs 432 bytes and has",
    "raw-too-short": "needs 108000000 bytes and 432 are left",
    "reads-itself": "reads what is computed from its own output",
    "reads-unknown": "node '/relu/Relu' reads 'nowhere', which nothing computes",
    "stride-zero": "node '/conv/Conv' has a stride of 0",
    "text-format": "is ONNX as text",
    "truncated": "is truncated",
    "truncated-by-one": "is truncated",
    "type-string": "'w', which is of texts",
    "type-unknown": "'w', whose values are of type 99",
    "unsorted": nil,
    "varint-endless": "the number at byte 1 has no end",
    "weight-nan": "'w' has 1 of 108 values that are NaN or infinite",
    "wire-type": "wire type 7",
  ]

  @Test(.enabled(if: folder != nil, "the hostile files are not beside the project"))
  func `each is refused in one sentence, or runs`() throws {
    let folder = try #require(Self.folder)
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".onnx") }.map { String($0.dropLast(5)) }
    #expect(Set(files) == Set(Self.expectations.keys))
    for (name, words) in Self.expectations.sorted(by: { $0.key < $1.key }) {
      let refusal = Self.refusal { try run(folder.appending(path: "\(name).onnx").path) }
      if let words {
        #expect(refusal?.contains(words) == true, "\(name): \(refusal ?? "it runs")")
        #expect(refusal?.utf8.count ?? 0 < 400 && refusal?.contains("\n") == false, "\(name)")
      } else {
        #expect(refusal == nil, "\(name)")
      }
    }
  }

  private func run(_ path: String) throws {
    let file = try ONNXFile(contentsOf: path)
    let graph = try ImportedGraph(file)
    try graph.run(Tensor(shape: graph.input.shape, repeating: 0.5)) { _, _ in }
    let imported = try ImportedModel(file)
    _ = try NetworkParameters(imported.store, for: imported.model)
  }

  private func imported(_ writer: ONNXWriter) throws -> ImportedModel {
    try ImportedModel(ONNXFile(FileBytes(writer.bytes, name: "large.onnx")))
  }

  @Test func `a chain of 20000 nodes is taken in time in proportion`() throws {
    var writer = ONNXWriter.small()
    for index in 0..<20_000 {
      writer.node("Relu", [index == 0 ? "g" : "x\(index)"], ["x\(index + 1)"])
    }
    writer.outputs = ["x20000"]
    #expect(try imported(writer).model.network.layers.count == 20_006)
  }

  @Test func `30000 inputs are joined`() throws {
    var writer = ONNXWriter.small()
    writer.node(
      "Concat", [String](repeating: "g", count: 30_000), ["joined"], [("axis", .integer(1))])
    writer.outputs = ["joined"]
    let shapes = try imported(writer).model.network.shapes()
    #expect(shapes.last?.output == [1, 120_000])
  }

  @Test func `3000 graphs within each other are passed over`() throws {
    var inner = ONNXWriter.small().graph
    for _ in 0..<3000 {
      var outer = ONNXWriter()
      outer.node("If", ["condition"], ["y"], [("then_branch", .graph(inner))])
      inner = outer.graph
    }
    var writer = ONNXWriter.small()
    writer.node("If", ["logits"], ["y"], name: "/choice/If", [("then_branch", .graph(inner))])
    writer.outputs = ["y"]
    let refusal = Self.refusal { _ = try imported(writer) }
    #expect(refusal?.contains("If (choice); they decide as they run") == true, "\(refusal ?? "")")
  }

  @Test func `groups within groups are refused at the first`() {
    let bytes: [UInt8] = [0x08, 8] + [UInt8](repeating: 0x3B, count: 100_000)
    let refusal = Self.refusal { _ = try ONNXFile(FileBytes(bytes, name: "groups.onnx")) }
    #expect(refusal == "groups.onnx: is damaged: byte 2 begins a field of wire type 3")
  }

  @Test func `names that are paths or HTML become Python names`() throws {
    var writer = ONNXWriter.small()
    writer.node("Relu", ["g"], ["../../etc/passwd"])
    writer.node("Relu", ["../../etc/passwd"], ["<script>alert(1)</script>"])
    writer.node("Relu", ["<script>alert(1)</script>"], ["한글"])
    writer.outputs = ["한글"]
    let names = try imported(writer).model.network.layers.suffix(3).map(\.name)
    #expect(names == ["etc_passwd", "script_alert_1_script", "relu"])
  }

  @Test func `functions that call themselves are refused`() throws {
    let bytes = ProtobufWriter.message { model in
      model.raw(ONNXWriter.small().bytes)
      model.message(7) { graph in
        graph.message(1) { node in
          node.text(1, "input")
          node.text(2, "logits")
          node.text(4, "f")
          node.text(7, "own")
        }
        graph.message(12) { $0.text(1, "logits") }
      }
      model.message(25) { function in
        function.text(1, "f")
        function.text(4, "x")
        function.text(5, "y")
        function.text(10, "own")
        for output in ["z", "y"] {
          function.message(7) { node in
            node.text(1, "x")
            node.text(2, output)
            node.text(4, "f")
            node.text(7, "own")
          }
        }
      }
    }
    let refusal = Self.refusal {
      _ = try ImportedGraph(ONNXFile(FileBytes(bytes, name: "f.onnx")))
    }
    #expect(refusal == "f.onnx: its function 'f' calls itself, or calls others too many times")
  }

  /// What the error of a call says; nil where nothing is thrown.
  private static func refusal(_ body: () throws -> Void) -> String? {
    do {
      try body()
      return nil
    } catch {
      return "\(error)"
    }
  }
}
