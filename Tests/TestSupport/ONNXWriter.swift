/// Writes ONNX files: a graph of nodes and weights.
public struct ONNXWriter {
  private var nodes: [[UInt8]] = []
  private var weights: [[UInt8]] = []
  public var opset = 17
  public var input: (name: String, shape: [Int]) = ("input", [1, 3, 8, 8])
  public var outputs = ["logits"]
  /// Texts beside the graph.
  public var metadata: [(String, String)] = []

  public init() {}

  public enum Attribute: Sendable {
    case integer(Int)
    case integers([Int])
    case float(Float)
    case text(String)
    case graph([UInt8])
  }

  public mutating func node(
    _ operation: String, _ inputs: [String], _ outputs: [String], name: String = "",
    domain: String = "", _ attributes: [(String, Attribute)] = []
  ) {
    nodes.append(
      ProtobufWriter.message { node in
        for input in inputs { node.text(1, input) }
        for output in outputs { node.text(2, output) }
        if !name.isEmpty { node.text(3, name) }
        node.text(4, operation)
        for (key, value) in attributes {
          node.message(5) { attribute in
            attribute.text(1, key)
            switch value {
            case .float(let value):
              attribute.float(2, value)
              attribute.number(20, 1)
            case .text(let value):
              attribute.text(4, value)
              attribute.number(20, 3)
            case .integer(let value):
              attribute.number(3, value)
              attribute.number(20, 2)
            case .integers(let values):
              attribute.numbers(8, values)
              attribute.number(20, 7)
            case .graph(let bytes):
              attribute.bytes(6, bytes)
              attribute.number(20, 5)
            }
          }
        }
        if !domain.isEmpty { node.text(7, domain) }
      })
  }

  public mutating func weight(_ name: String, _ shape: [Int], _ values: [Float]) {
    weights.append(
      ProtobufWriter.message { tensor in
        tensor.numbers(1, shape)
        tensor.number(2, 1)
        tensor.text(8, name)
        tensor.bytes(9, values.littleEndianBytes)
      })
  }

  public mutating func list(_ name: String, _ values: [Int]) {
    weights.append(
      ProtobufWriter.message { tensor in
        tensor.numbers(1, [values.count])
        tensor.number(2, 7)
        tensor.numbers(7, values)
        tensor.text(8, name)
      })
  }

  /// The graph alone, as it stands in a file or in another graph's node.
  public var graph: [UInt8] {
    ProtobufWriter.message { graph in
      for node in nodes { graph.bytes(1, node) }
      for weight in weights { graph.bytes(5, weight) }
      graph.message(11) { value in
        value.text(1, input.name)
        value.message(2) { type in
          type.message(1) { tensor in
            tensor.number(1, 1)
            tensor.message(2) { shape in
              for extent in input.shape { shape.message(1) { $0.number(1, extent) } }
            }
          }
        }
      }
      for output in outputs { graph.message(12) { $0.text(1, output) } }
    }
  }

  public var bytes: [UInt8] {
    ProtobufWriter.message { model in
      model.number(1, 8)
      model.bytes(7, graph)
      model.message(8) { $0.number(2, opset) }
      for (key, value) in metadata {
        model.message(14) { entry in
          entry.text(1, key)
          entry.text(2, value)
        }
      }
    }
  }

  /// A network as PyTorch's exporter names it: a convolution, its activation, means and a product with `classes` classes.
  /// - Parameter stride: the convolution's, which is all that tells two such networks apart.
  public static func small(classes: Int = 4, stride: Int = 1, size: Int = 8) -> ONNXWriter {
    var writer = ONNXWriter()
    writer.input.shape = [1, 3, size, size]
    func values(_ count: Int, _ step: Int) -> [Float] {
      (0..<count).map { Float($0 * step % 17) / 8 - 1 }
    }
    writer.weight("layer1.0.conv1.weight", [6, 3, 3, 3], values(162, 5))
    writer.weight("layer1.0.conv1.bias", [6], values(6, 3))
    writer.weight("fc.weight", [classes, 6], values(classes * 6, 7))
    writer.weight("fc.bias", [classes], values(classes, 11))
    writer.node(
      "Conv", ["input", "layer1.0.conv1.weight", "layer1.0.conv1.bias"], ["c"],
      name: "/layer1/layer1.0/conv1/Conv",
      [("pads", .integers([1, 1, 1, 1])), ("strides", .integers([stride, stride]))])
    writer.node("Relu", ["c"], ["r"], name: "/layer1/layer1.0/relu/Relu")
    writer.node("Add", ["r", "c"], ["a"], name: "/layer1/layer1.0/Add")
    writer.node("GlobalAveragePool", ["a"], ["p"], name: "/avgpool/GlobalAveragePool")
    writer.node("Flatten", ["p"], ["f"], name: "/Flatten")
    writer.node(
      "Gemm", ["f", "fc.weight", "fc.bias"], ["g"], name: "/fc/Gemm", [("transB", .integer(1))])
    writer.node("Softmax", ["g"], ["logits"], name: "/Softmax")
    return writer
  }

  /// A transformer of one block: patches become tokens, which attend to each other, and whose mean a product classifies.
  public static func transformer(classes: Int = 4) -> ONNXWriter {
    var writer = ONNXWriter()
    func values(_ count: Int, _ step: Int) -> [Float] {
      (0..<count).map { Float($0 * step % 17) / 16 - 0.5 }
    }
    writer.weight("patch.weight", [6, 3, 4, 4], values(288, 5))
    writer.weight("query.weight", [6, 6], values(36, 3))
    writer.weight("key.weight", [6, 6], values(36, 5))
    writer.weight("value.weight", [6, 6], values(36, 7))
    writer.weight("norm.weight", [6], values(6, 11))
    writer.weight("head.weight", [6, classes], values(6 * classes, 7))
    writer.list("row", [1, 6, 4])
    writer.node(
      "Conv", ["input", "patch.weight"], ["patches"], name: "/patch/Conv",
      [("strides", .integers([4, 4]))])
    writer.node("Reshape", ["patches", "row"], ["rows"])
    writer.node("Transpose", ["rows"], ["tokens"], [("perm", .integers([0, 2, 1]))])
    for name in ["query", "key", "value"] {
      writer.node("MatMul", ["tokens", "\(name).weight"], [name], name: "/\(name)/MatMul")
    }
    writer.node("Transpose", ["key"], ["keys"], [("perm", .integers([0, 2, 1]))])
    writer.node("MatMul", ["query", "keys"], ["scores"])
    writer.node("Softmax", ["scores"], ["shares"], [("axis", .integer(-1))])
    writer.node("MatMul", ["shares", "value"], ["attended"])
    writer.node("Add", ["attended", "tokens"], ["sum"])
    writer.node(
      "LayerNormalization", ["sum", "norm.weight"], ["normed"], name: "/norm/LayerNormalization")
    writer.node(
      "ReduceMean", ["normed"], ["mean"], [("axes", .integers([1])), ("keepdims", .integer(0))])
    writer.node("MatMul", ["mean", "head.weight"], ["logits"], name: "/head/MatMul")
    return writer
  }
}
