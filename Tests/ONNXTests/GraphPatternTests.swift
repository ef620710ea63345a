import CAMNet
import Foundation
import ONNX
import TestSupport
import Testing

/// Layers that graphs write as several operations, held against those operations one by one.
@Suite struct GraphPatternTests {
  /// Writes the operations between a map and what is made of it, both of four channels, last.
  typealias Writing = (inout ONNXWriter) -> Void

  private static func values(_ count: Int, _ step: Int) -> [Float] {
    (0..<count).map { Float($0 * step % 17) / 8 - 1 }
  }

  /// A network of a convolution, operations from `x` to `y`, means and a product.
  private func network(_ write: Writing) throws -> ONNXFile {
    var writer = ONNXWriter()
    writer.weight("w", [4, 3, 1, 1], Self.values(12, 5))
    writer.node("Conv", ["input", "w"], ["c"])
    writer.node("Transpose", ["c"], ["x"], [("perm", .integers([0, 2, 3, 1]))])
    for (name, number) in [
      ("half", 0.5), ("one", 1), ("two", 2), ("root", Float(2).squareRoot()), ("epsilon", 1e-3),
    ] { writer.weight(name, [], [number]) }
    writer.weight("inverse", [1], [Float(0.5).squareRoot()])
    writer.weight("scale", [4], Self.values(4, 7))
    writer.weight("shift", [4], Self.values(4, 11))
    write(&writer)
    writer.node("Transpose", ["y"], ["t"], [("perm", .integers([0, 3, 1, 2]))])
    writer.node("GlobalAveragePool", ["t"], ["p"])
    writer.node("Flatten", ["p"], ["f"])
    writer.weight("dense", [4, 5], Self.values(20, 3))
    writer.node("MatMul", ["f", "dense"], ["logits"])
    return try ONNXFile(FileBytes(writer.bytes, name: "net.onnx"))
  }

  /// Expects a network to be that of a layer and to have none of some others, and to give what its operations give one by one.
  private func expect(
    _ operation: String?, without others: Set<String> = [], _ write: Writing
  ) throws {
    let file = try network(write)
    let imported = try ImportedModel(file)
    let model = try imported.model.with(.raw, .options)
    let photo = Tensor(shape: [1, 8, 8, 3], Self.values(192, 13))
    let executor = Executor(
      model.network, parameters: try NetworkParameters(imported.store, for: model))
    var logits: Tensor?
    try executor.withForwardPass(photo, keeping: .all) { pass in
      try pass.finish()
      logits = model.network.layers.last.flatMap { pass.kept[$0.name] }
    }
    var expected: Tensor?
    try ImportedGraph(file, size: 8).run(AxisOrder.channelsFirst.shown(photo)) { name, value in
      if name == "logits" { expected = Tensor(shape: value.shape, value.numbers.map { Float($0) }) }
    }
    let (given, wanted) = (try #require(logits), try #require(expected))
    for index in 0..<5 { #expect(abs(given[flat: index] - wanted[flat: index]) < 1e-4) }
    let operations = model.network.layers.map(\.kind.operation)
    if let operation {
      #expect(operations.contains(operation))
      #expect(others.isDisjoint(with: operations))
      #expect(!operations.contains { $0.hasPrefix("onnx_") }, "\(operations)")
    } else {
      #expect(operations.contains { $0.hasPrefix("onnx_") }, "\(operations)")
    }
  }

  @Test func `GELU is found however its factors are ordered`() throws {
    let erf: Writing = {
      $0.node("Div", ["x", "root"], ["z"])
      $0.node("Erf", ["z"], ["e"])
      $0.node("Add", ["one", "e"], ["s"])
    }
    try expect("gelu") {
      erf(&$0)
      $0.node("Mul", ["x", "s"], ["m"])
      $0.node("Mul", ["m", "half"], ["y"])
    }
    try expect("gelu") {
      $0.node("Mul", ["half", "x"], ["h"])
      $0.node("Mul", ["x", "inverse"], ["z"])
      $0.node("Erf", ["z"], ["e"])
      $0.node("Add", ["e", "one"], ["s"])
      $0.node("Mul", ["h", "s"], ["y"])
    }
    try expect("gelu") {
      erf(&$0)
      $0.node("Div", ["s", "two"], ["m"])
      $0.node("Mul", ["m", "x"], ["y"])
    }
  }

  @Test func `values that are gathered in their order are left as they are`() throws {
    func gathered(_ order: [Int]) -> Writing {
      { writer in
        writer.list("flat", [-1])
        writer.list("extents", [1, 8, 8, 4])
        writer.list("order", order)
        writer.node("Reshape", ["x", "flat"], ["r"])
        writer.node("Reshape", ["order", "extents"], ["places"])
        writer.node("Gather", ["r", "places"], ["y"])
      }
    }
    try expect("pointwise_convolution", gathered(Array(0..<256)))
    try expect(nil, gathered((0..<256).reversed()))
  }

  @Test func `what only looks like GELU runs as it is written`() throws {
    try expect(nil) {
      $0.node("Mul", ["x", "half"], ["z"])
      $0.node("Erf", ["z"], ["e"])
      $0.node("Add", ["e", "one"], ["s"])
      $0.node("Mul", ["x", "s"], ["m"])
      $0.node("Mul", ["m", "half"], ["y"])
    }
    // Something else reads the value between.
    try expect(nil) {
      $0.node("Div", ["x", "root"], ["z"])
      $0.node("Erf", ["z"], ["e"])
      $0.node("Add", ["e", "one"], ["s"])
      $0.node("Mul", ["x", "s"], ["m"])
      $0.node("Mul", ["m", "half"], ["g"])
      $0.node("Add", ["g", "e"], ["y"])
    }
  }

  @Test func `layer normalization is found with one difference and with two`() throws {
    let axes = [("axes", ONNXWriter.Attribute.integers([-1]))]
    func rest(_ writer: inout ONNXWriter, _ difference: String) {
      writer.node("ReduceMean", ["q"], ["v"], axes)
      writer.node("Add", ["v", "epsilon"], ["ve"])
      writer.node("Sqrt", ["ve"], ["r"])
      writer.node("Div", [difference, "r"], ["n"])
      writer.node("Mul", ["n", "scale"], ["ns"])
      writer.node("Add", ["ns", "shift"], ["y"])
    }
    try expect("layer_normalization") {
      $0.node("ReduceMean", ["x"], ["m"], axes)
      $0.node("Sub", ["x", "m"], ["d"])
      $0.node("Pow", ["d", "two"], ["q"])
      rest(&$0, "d")
    }
    try expect("layer_normalization") {
      $0.node("ReduceMean", ["x"], ["m"], axes)
      $0.node("Sub", ["x", "m"], ["d"])
      $0.node("Sub", ["x", "m"], ["d2"])
      $0.node("Mul", ["d2", "d2"], ["q"])
      rest(&$0, "d")
    }
  }

  /// Writes a convolution of the map with what is done before and after it.
  private func convolved(
    _ before: @escaping Writing = { $0.node("Identity", ["m"], ["k"]) },
    _ after: @escaping Writing = { $0.node("Identity", ["n"], ["o"]) },
    kernel: Int = 1, biased: Bool = false
  ) -> Writing {
    { writer in
      writer.node("Transpose", ["x"], ["m"], [("perm", .integers([0, 3, 1, 2]))])
      before(&writer)
      writer.weight(
        "kernel", [4, 4, kernel, kernel], Self.values(16 * kernel * kernel, 3))
      writer.weight("bias", [4], Self.values(4, 5))
      writer.node("Conv", ["k", "kernel"] + (biased ? ["bias"] : []), ["n"])
      after(&writer)
      writer.node("Transpose", ["o"], ["y"], [("perm", .integers([0, 2, 3, 1]))])
    }
  }

  @Test(arguments: [false, true])
  func `numbers for each channel after a convolution are a part of it`(biased: Bool) throws {
    let others: Set = ["channel_scale", "bias_add", "rescale", "subtract"]
    for (operation, swaps) in [("Add", false), ("Sub", false), ("Sub", true)] {
      try expect(
        "pointwise_convolution", without: others,
        convolved(
          { $0.node("Identity", ["m"], ["k"]) },
          {
            $0.weight("factors", [1, 4, 1, 1], Self.values(4, 7))
            $0.weight("summands", [4, 1, 1], Self.values(4, 9))
            $0.node("Mul", ["factors", "n"], ["s"])
            $0.node(operation, swaps ? ["summands", "s"] : ["s", "summands"], ["u"])
            $0.node("Div", ["u", "two"], ["o"])
          }, biased: biased))
    }
  }

  @Test func `what something else reads of a convolution stays`() throws {
    try expect(
      "channel_scale",
      convolved(
        { $0.node("Identity", ["m"], ["k"]) },
        {
          $0.weight("factors", [1, 4, 1, 1], Self.values(4, 7))
          $0.node("Mul", ["n", "factors"], ["s"])
          $0.node("Add", ["n", "s"], ["o"])
        }))
  }

  @Test func `zeros around a map are a convolution's padding, other values are not`() throws {
    func padded(_ value: String) -> Writing {
      convolved(
        {
          $0.list("sides", [0, 0, 1, 0, 0, 0, 0, 2])
          $0.weight("zero", [], [0])
          $0.node("Pad", ["m", "sides", value], ["k"])
        }, kernel: 2)
    }
    try expect("convolution", without: ["pad"], padded("zero"))
    try expect("pad", padded("two"))
  }
}
