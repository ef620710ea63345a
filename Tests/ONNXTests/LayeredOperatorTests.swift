import CAMNet
import ONNX
import TestSupport
import Testing

/// One node of a graph, held against the plain evaluation of its operator.
struct OperatorCase: Sendable, CustomTestStringConvertible {
  /// The values that a node may read, made of the picture by layers.
  static let values: [(operation: String, inputs: [String], output: String, perm: [Int]?)] = [
    ("LeakyRelu", ["x"], "maps", nil), ("Sigmoid", ["maps"], "shares", nil),
    ("GlobalAveragePool", ["maps"], "means", nil), ("Flatten", ["maps"], "row", nil),
    ("Flatten", ["shares"], "row_2", nil), ("Transpose", ["maps"], "last", [0, 2, 3, 1]),
    ("Transpose", ["means"], "gates", [0, 2, 3, 1]),
    ("Greater", ["maps", "half"], "yes", nil), ("Less", ["maps", "half"], "no", nil),
  ]

  let operation: String
  let inputs: [String]
  let attributes: [(String, ONNXWriter.Attribute)]
  /// The constants that the node reads, of values by a formula unless they are given.
  let constants: [(name: String, shape: [Int], values: [Float]?)]
  let lists: [(name: String, values: [Int])]
  let shape: [Int]
  let opset: Int
  let outputs: Int
  /// Whether the first output is a layer's and not a plain operation's.
  let isLayer: Bool

  init(
    _ operation: String, _ inputs: [String] = ["maps"],
    _ attributes: [(String, ONNXWriter.Attribute)] = [],
    constants: [(name: String, shape: [Int], values: [Float]?)] = [],
    lists: [(name: String, values: [Int])] = [], shape: [Int] = [1, 3, 5, 4], opset: Int = 17,
    outputs: Int = 1, isLayer: Bool = true
  ) {
    self.operation = operation
    self.inputs = inputs
    self.attributes = attributes
    self.constants = constants
    self.lists = lists
    self.shape = shape
    self.opset = opset
    self.outputs = outputs
    self.isLayer = isLayer
  }

  var testDescription: String {
    let constants = constants.map { "\($0.name) \($0.shape)" } + lists.map { "\($0)" }
    return "\(operation)(\(inputs.joined(separator: ", "))) \(constants) \(attributes) of \(shape)"
  }

  var file: [UInt8] {
    var writer = ONNXWriter()
    writer.input = ("x", shape)
    writer.opset = opset
    writer.weight("half", [], [0.5])
    var seed = 1
    for (name, shape, values) in constants {
      let count = shape.reduce(1, *)
      // From 0.25 to 1.5, so that it divides, and none is the same as another.
      writer.weight(
        name, shape,
        values ?? (0..<count).map { Float(($0 * 7 + seed) % 41) / 41 * 1.25 + 0.25 })
      seed += 5
    }
    for (name, values) in lists { writer.list(name, values) }
    for (operation, inputs, output, perm) in Self.values {
      var attributes: [(String, ONNXWriter.Attribute)] = []
      if let perm { attributes.append(("perm", .integers(perm))) }
      if operation == "LeakyRelu" { attributes.append(("alpha", .float(0.5))) }
      writer.node(operation, inputs, [output], attributes)
    }
    let names = (0..<outputs).map { "y\($0)" }
    writer.node(operation, inputs, names, attributes)
    // What is the network's last value may be left out of it, as a sigmoid is.
    writer.node("Cast", ["y0"], ["float"], [("to", .integer(1))])
    writer.node("Erf", ["float"], ["end0"])
    // Something reads each of the outputs.
    for (index, name) in names.enumerated().dropFirst() {
      writer.node("Cast", [name], ["float\(index)"], [("to", .integer(1))])
      writer.node("ReduceMean", ["float\(index)"], ["mean\(index)"], [("keepdims", .integer(0))])
      writer.node("Add", ["end\(index - 1)", "mean\(index)"], ["end\(index)"])
    }
    writer.outputs = ["end\(outputs - 1)"]
    return writer.bytes
  }
}

/// A constant whose values follow from a formula.
private func constant(
  _ name: String, _ shape: [Int], _ values: [Float]? = nil
) -> (name: String, shape: [Int], values: [Float]?) { (name, shape, values) }

extension OperatorCase {
  static let all =
    functions + sums + products + normalizations + windows + borders + sizes + parts + shapes

  private static let functions: [OperatorCase] =
    [
      "Relu", "Sigmoid", "HardSwish", "HardSigmoid", "LeakyRelu", "Swish", "Gelu", "Tanh", "Elu",
      "Celu", "Selu", "Softplus", "Softsign", "Mish",
    ].flatMap { [OperatorCase($0), OperatorCase($0, ["row"]), OperatorCase($0, ["last"])] }
    + [
      "Abs", "Ceil", "Cos", "Erf", "Exp", "Floor", "Log", "Neg", "Reciprocal", "Round", "Sign",
      "Sin", "Sqrt", "ThresholdedRelu",
    ].map { OperatorCase($0, ["shares"], isLayer: false) }
    + [
      OperatorCase("HardSigmoid", ["maps"], [("alpha", .float(0.75)), ("beta", .float(0.25))]),
      OperatorCase("LeakyRelu", ["maps"], [("alpha", .float(-0.5))]),
      OperatorCase("Swish", ["maps"], [("alpha", .float(2))], isLayer: false),
      OperatorCase("Gelu", ["maps"], [("approximate", .text("tanh"))]),
      OperatorCase("Elu", ["maps"], [("alpha", .float(0.25))]),
      OperatorCase("Celu", ["maps"], [("alpha", .float(0.25))], isLayer: false),
      OperatorCase("Selu", ["maps"], [("alpha", .float(0.5)), ("gamma", .float(2))]),
      OperatorCase(
        "Clip", ["maps", "low", "high"],
        constants: [constant("low", [], [-0.25]), constant("high", [], [0.5])]),
      OperatorCase("Clip", ["maps", "", "high"], constants: [constant("high", [], [0.5])]),
      OperatorCase("Clip", ["row", "low"], constants: [constant("low", [], [0.25])]),
      OperatorCase(
        "Clip", ["maps"], [("min", .float(-0.5)), ("max", .float(0.25))], opset: 6),
      OperatorCase("PRelu", ["maps", "c"], constants: [constant("c", [3, 1, 1])]),
      OperatorCase("PRelu", ["maps", "c"], constants: [constant("c", [1, 3, 1, 1])]),
      OperatorCase("PRelu", ["maps", "c"], constants: [constant("c", [1])]),
      OperatorCase("PRelu", ["maps", "c"], constants: [constant("c", [3])], opset: 6),
      OperatorCase("PRelu", ["row", "c"], constants: [constant("c", [60])]),
      OperatorCase("PRelu", ["row", "c"], constants: [constant("c", [1, 1])]),
      OperatorCase("PRelu", ["last", "c"], constants: [constant("c", [3])]),
      OperatorCase("PRelu", ["maps", "c"], constants: [constant("c", [4])], isLayer: false),
      OperatorCase("PRelu", ["maps", "c"], constants: [constant("c", [3, 5, 4])], isLayer: false),
      OperatorCase(
        "PRelu", ["maps", "c"], constants: [constant("c", [1, 1, 1])], shape: [1, 1, 5, 4]),
    ]

  private static let sums = constantSums + otherSums + singleSums + truths

  private static let constantSums: [OperatorCase] =
    ["Add", "Sum", "Mul"].flatMap { operation in
      [
        OperatorCase(operation, ["maps", "shares"]), OperatorCase(operation, ["row", "row_2"]),
        OperatorCase(operation, ["maps", "maps"]),
        OperatorCase(operation, ["maps", "c"], constants: [constant("c", [3, 1, 1])]),
        OperatorCase(operation, ["c", "maps"], constants: [constant("c", [1, 3, 1, 1])]),
        OperatorCase(operation, ["row", "c"], constants: [constant("c", [60])]),
        OperatorCase(operation, ["c", "row"], constants: [constant("c", [1, 60])]),
        OperatorCase(operation, ["last", "c"], constants: [constant("c", [3])]),
        OperatorCase(operation, ["c", "last"], constants: [constant("c", [1, 1, 1, 3])]),
        // Numbers for the columns, and for the columns of maps of as many channels.
        OperatorCase(operation, ["maps", "c"], constants: [constant("c", [4])], isLayer: false),
        OperatorCase(
          operation, ["maps", "c"], constants: [constant("c", [3])], shape: [1, 3, 3, 3],
          isLayer: false),
        // What has more elements than the maps.
        OperatorCase(
          operation, ["row", "c"], constants: [constant("c", [2, 60])], isLayer: false),
      ]
    }

  private static let otherSums: [OperatorCase] =
    ["Sub", "Div", "Mean", "Max", "Min", "Pow", "Mod"].flatMap { operation in
      [
        OperatorCase(operation, ["shares", "means"], isLayer: false),
        OperatorCase(operation, ["row_2", "row_2"], isLayer: operation == "Sub"),
        OperatorCase(
          operation, ["shares", "c"], constants: [constant("c", [3, 1, 1])],
          isLayer: ["Sub", "Div"].contains(operation)),
        OperatorCase(
          operation, ["c", "shares"], constants: [constant("c", [3, 1, 1])],
          isLayer: operation == "Sub"),
      ]
    }

  private static let singleSums: [OperatorCase] =
    [
      OperatorCase("Sub", ["maps", "shares"]),
      OperatorCase("Sub", ["shares", "maps"]),
      OperatorCase("Div", ["maps", "shares"], isLayer: false),
      OperatorCase("Sum", ["maps", "shares", "maps"], isLayer: false),
      OperatorCase("Mul", ["maps", "means"]), OperatorCase("Mul", ["means", "maps"]),
      OperatorCase("Mul", ["last", "gates"]), OperatorCase("Mul", ["gates", "last"]),
      OperatorCase("Add", ["maps", "means"], isLayer: false),
      OperatorCase("Add", ["maps", "half"]), OperatorCase("Add", ["half", "row"]),
      OperatorCase("Sub", ["maps", "half"]),
      OperatorCase("Sub", ["half", "maps"]),
      OperatorCase("Mul", ["half", "maps"]), OperatorCase("Div", ["row", "half"]),
      OperatorCase("Div", ["half", "shares"], isLayer: false),
      OperatorCase(
        "Add", ["maps", "c"], constants: [constant("c", [1, 1, 1])], shape: [1, 1, 5, 4]),
      OperatorCase(
        "Mul", ["c", "maps"], constants: [constant("c", [1])], shape: [1, 1, 5, 4]),
      OperatorCase("Mul", ["maps", "c"], constants: [constant("c", [3, 1, 1], [2, 2, 2])]),
      OperatorCase("Mul", ["maps", "c"], constants: [constant("c", [1], [0])], isLayer: false),
    ]

  private static let truths: [OperatorCase] =
    ["Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual"].map {
      OperatorCase($0, ["maps", "shares"], isLayer: false)
    } + ["And", "Or", "Xor"].map { OperatorCase($0, ["yes", "no"], isLayer: false) }

  private static let products: [OperatorCase] = [
    OperatorCase("MatMul", ["row", "w"], constants: [constant("w", [60, 4])]),
    OperatorCase("MatMul", ["w", "maps"], constants: [constant("w", [2, 5])], isLayer: false),
    OperatorCase("Gemm", ["row", "w"], constants: [constant("w", [60, 4])]),
    OperatorCase(
      "Gemm", ["row", "w", "b"], [("transB", .integer(1))],
      constants: [constant("w", [4, 60]), constant("b", [4])]),
    OperatorCase(
      "Gemm", ["row", "w", "b"], [("alpha", .float(0.5)), ("beta", .float(2))],
      constants: [constant("w", [60, 4]), constant("b", [4])], isLayer: false),
    OperatorCase(
      "Conv", ["maps", "w", "b"],
      [("pads", .integers([1, 0, 2, 1])), ("dilations", .integers([2, 2]))],
      constants: [constant("w", [4, 3, 3, 2]), constant("b", [4])]),
    OperatorCase(
      "Conv", ["maps", "w"], [("strides", .integers([2, 2])), ("auto_pad", .text("SAME_LOWER"))],
      constants: [constant("w", [4, 3, 3, 3])]),
    OperatorCase(
      "Conv", ["maps", "w"], [("group", .integer(3))], constants: [constant("w", [6, 1, 3, 3])]),
    OperatorCase(
      "Conv", ["maps", "w"], constants: [constant("w", [1, 1, 2, 2])], shape: [1, 1, 5, 4]),
  ]

  private static let normalizations: [OperatorCase] = [
    OperatorCase(
      "BatchNormalization", ["maps", "s", "b", "m", "v"], [("epsilon", .float(0.01))],
      constants: [
        constant("s", [3]), constant("b", [3]), constant("m", [3]), constant("v", [3]),
      ]),
    OperatorCase(
      "LayerNormalization", ["row", "s", "b"], [("axis", .integer(-1))],
      constants: [constant("s", [60]), constant("b", [60])]),
    OperatorCase(
      "LayerNormalization", ["last", "s", "b"], [("axis", .integer(3))],
      constants: [constant("s", [3]), constant("b", [3])]),
    OperatorCase(
      "LayerNormalization", ["maps", "s", "b"], [("axis", .integer(-1))],
      constants: [constant("s", [4]), constant("b", [4])], isLayer: false),
    OperatorCase("LRN", ["maps"], [("size", .integer(3)), ("alpha", .float(0.5))]),
    OperatorCase(
      "LRN", ["maps"],
      [
        ("size", .integer(2)), ("alpha", .float(2)), ("beta", .float(0.5)), ("bias", .float(0.25)),
      ]),
    OperatorCase("LRN", ["maps"], [("size", .integer(5))], shape: [1, 1, 5, 4]),
  ]

  private static let windows: [OperatorCase] =
    [
      OperatorCase("MaxPool", ["maps"], [("kernel_shape", .integers([2, 3]))]),
      OperatorCase(
        "MaxPool", ["maps"],
        [
          ("kernel_shape", .integers([3, 3])), ("strides", .integers([2, 2])),
          ("pads", .integers([1, 1, 1, 1])), ("ceil_mode", .integer(1)),
        ]),
      OperatorCase(
        "MaxPool", ["maps"], [("kernel_shape", .integers([2, 2]))], outputs: 2, isLayer: false),
      OperatorCase(
        "AveragePool", ["maps"],
        [("kernel_shape", .integers([2, 2])), ("pads", .integers([1, 0, 0, 1]))]),
      OperatorCase(
        "AveragePool", ["maps"],
        [
          ("kernel_shape", .integers([3, 3])), ("pads", .integers([1, 1, 1, 1])),
          ("count_include_pad", .integer(1)),
        ]),
      OperatorCase("GlobalAveragePool"), OperatorCase("GlobalMaxPool"),
      OperatorCase("ReduceMean", ["maps"], [("axes", .integers([2, 3]))]),
      OperatorCase(
        "ReduceMean", ["maps"], [("axes", .integers([-1, -2])), ("keepdims", .integer(0))]),
      OperatorCase("ReduceMean", ["last"], [("axes", .integers([1, 2]))]),
      OperatorCase(
        "ReduceMean", ["last"], [("axes", .integers([-2, -3])), ("keepdims", .integer(0))]),
      OperatorCase("ReduceMean", ["maps"], [("axes", .integers([1]))], isLayer: false),
    ]
    + [
      "ReduceL1", "ReduceL2", "ReduceLogSum", "ReduceLogSumExp", "ReduceMax", "ReduceMin",
      "ReduceProd", "ReduceSum", "ReduceSumSquare",
    ].map {
      OperatorCase($0, ["shares"], [("axes", .integers([-1]))], opset: 11, isLayer: false)
    }

  private static let borders: [OperatorCase] = {
    func pad(
      _ pads: [Int], _ mode: String = "constant", _ value: Float? = nil, of input: String = "maps",
      shape: [Int] = [1, 3, 5, 4], isLayer: Bool = true
    ) -> OperatorCase {
      OperatorCase(
        "Pad", [input, "pads"] + (value == nil ? [] : ["value"]), [("mode", .text(mode))],
        constants: value.map { [constant("value", [], [$0])] } ?? [], lists: [("pads", pads)],
        shape: shape, isLayer: isLayer)
    }
    let around = [0, 0, 1, 2, 0, 0, 3, 0]
    return [
      pad(around), pad(around, "constant", -0.75), pad(around, "reflect"), pad(around, "edge"),
      pad(around, "reflect", shape: [1, 1, 5, 4]),
      pad([0, 1, 2, 0, 0, 0, 1, 0], "edge", of: "last"),
      pad([0, 0, 0, 0, 0, 0, 0, 0], "reflect"),
      pad(around, "wrap", isLayer: false),
      pad([0, 0, -1, 0, 0, 0, 1, 0], isLayer: false),
      pad([0, 1, 1, 0, 0, 0, 0, 0], isLayer: false),
      pad([0, 2, 0, 3], of: "row", isLayer: false),
      // Further than the maps reach.
      pad([0, 0, 7, 0, 0, 0, 0, 0], "reflect", isLayer: false),
      OperatorCase(
        "Pad", ["maps"], [("pads", .integers(around)), ("value", .float(2))], opset: 10),
      OperatorCase(
        "Pad", ["maps", "pads", "", "axes"], lists: [("pads", [2, 1, 0, 3]), ("axes", [-1, -2])],
        opset: 18),
    ]
  }()

  private static let sizes: [OperatorCase] = {
    func resize(
      _ mode: String, _ scales: [Float], _ attributes: [(String, ONNXWriter.Attribute)] = [],
      of input: String = "maps", shape: [Int] = [1, 3, 5, 4], isLayer: Bool = true
    ) -> OperatorCase {
      OperatorCase(
        "Resize", [input, "", "scales"], [("mode", .text(mode))] + attributes,
        constants: [constant("scales", [4], scales)], shape: shape, isLayer: isLayer)
    }
    let scales: [Float] = [1, 1, 1.7, 2.25]
    let coordinates = [
      "half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners", "asymmetric",
    ].map { ("coordinate_transformation_mode", ONNXWriter.Attribute.text($0)) }
    let roundings = ["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"].map {
      ("nearest_mode", ONNXWriter.Attribute.text($0))
    }
    return coordinates.flatMap { coordinate in
      roundings.map { resize("nearest", [1, 1, 2, 0.5], [coordinate, $0]) } + [
        resize("linear", scales, [coordinate]), resize("linear", [1, 1, 0.6, 0.25], [coordinate]),
      ]
    } + [
      resize("linear", [1, 2, 1, 2], of: "last", isLayer: false),
      resize("linear", [1, 2, 1.5, 1], shape: [1, 3, 5, 4], isLayer: false),
      resize("nearest", [1, 1.5, 2, 1], of: "last"), resize("linear", [1, 1, 1, 1]),
      resize("linear", [1, 1, 3, 1], shape: [1, 1, 5, 4]),
      resize("cubic", scales, isLayer: false),
      resize("linear", [1, 1, 0.5, 0.5], [("antialias", .integer(1))], isLayer: false),
      resize("linear", scales, [("exclude_outside", .integer(1))], isLayer: false),
      OperatorCase(
        "Resize", ["maps", "", "", "sizes"], [("mode", .text("linear"))],
        lists: [("sizes", [1, 3, 9, 3])]),
      OperatorCase(
        "Resize", ["maps", "", "", "sizes"],
        [("mode", .text("nearest")), ("axes", .integers([-1, -2]))],
        lists: [("sizes", [9, 3])], opset: 18),
      OperatorCase(
        "Resize", ["maps", "region", "", "sizes"],
        [
          ("mode", .text("linear")),
          ("coordinate_transformation_mode", .text("tf_crop_and_resize")),
        ],
        constants: [constant("region", [8], [0, 0, 0.25, 0, 1, 1, 1, 0.75])],
        lists: [("sizes", [1, 3, 4, 4])], isLayer: false),
      OperatorCase(
        "Upsample", ["maps", "scales"], [("mode", .text("nearest"))],
        constants: [constant("scales", [4], [1, 1, 2, 3])], opset: 9),
      OperatorCase(
        "Upsample", ["maps", "scales"], [("mode", .text("linear"))],
        constants: [constant("scales", [4], [1, 1, 2, 3])], opset: 9),
    ]
  }()

  private static let parts: [OperatorCase] = [
    OperatorCase("Concat", ["maps", "shares", "maps"], [("axis", .integer(1))]),
    OperatorCase("Concat", ["maps", "shares"], [("axis", .integer(-3))]),
    OperatorCase("Concat", ["maps", "shares"], [("axis", .integer(-1))], isLayer: false),
    OperatorCase("Concat", ["maps"], [("axis", .integer(2))]),
    OperatorCase(
      "Split", ["maps", "sizes"], [("axis", .integer(1))], lists: [("sizes", [1, 2])], outputs: 2),
    OperatorCase(
      "Split", ["maps", "sizes"], [("axis", .integer(-3))], lists: [("sizes", [2, 1])], outputs: 2),
    OperatorCase(
      "Split", ["maps"], [("axis", .integer(3))], outputs: 2, isLayer: false),
    OperatorCase(
      "Slice", ["maps", "starts", "ends", "axes"],
      lists: [("starts", [-2]), ("ends", [Int(Int32.max)]), ("axes", [-3])]),
    OperatorCase(
      "Slice", ["maps", "starts", "ends", "axes"],
      lists: [("starts", [1]), ("ends", [3]), ("axes", [2])], isLayer: false),
    OperatorCase(
      "Slice", ["maps", "starts", "ends", "axes", "steps"],
      lists: [("starts", [2]), ("ends", [-4]), ("axes", [1]), ("steps", [-1])], isLayer: false),
    OperatorCase("Gather", ["maps", "index"], [("axis", .integer(1))], lists: [("index", [-1])]),
    OperatorCase("Gather", ["maps", "index"], [("axis", .integer(-3))], lists: [("index", [1])]),
    OperatorCase(
      "Gather", ["maps", "index"], [("axis", .integer(1))], lists: [("index", [2, 0])],
      isLayer: false),
    OperatorCase(
      "Gather", ["maps", "index"], [("axis", .integer(2))], lists: [("index", [1])],
      isLayer: false),
  ]

  private static let shapes: [OperatorCase] = [
    OperatorCase("Identity"), OperatorCase("Identity", ["row"]),
    OperatorCase("Cast", ["maps"], [("to", .integer(1))]),
    OperatorCase("CastLike", ["maps", "half"]),
    OperatorCase("Dropout"), OperatorCase("Dropout", ["row"]),
    OperatorCase("Flatten"), OperatorCase("Flatten", ["maps"], [("axis", .integer(-3))]),
    OperatorCase("Flatten", ["maps"], [("axis", .integer(2))], isLayer: false),
    OperatorCase("Flatten", ["last"]), OperatorCase("Flatten", ["means"]),
    OperatorCase("Flatten", ["maps"], shape: [1, 1, 5, 4]),
    OperatorCase("Reshape", ["maps", "to"], lists: [("to", [1, -1])]),
    OperatorCase("Reshape", ["maps", "to"], lists: [("to", [0, 3, 5, 4])]),
    OperatorCase("Reshape", ["row", "to"], lists: [("to", [1, 60, 1, 1])]),
    OperatorCase("Reshape", ["row", "to"], lists: [("to", [1, 3, 5, 4])], isLayer: false),
    OperatorCase("Reshape", ["maps", "to"], lists: [("to", [1, 3, 20])], isLayer: false),
    OperatorCase("Squeeze", ["means", "axes"], lists: [("axes", [2, 3])]),
    OperatorCase("Squeeze", ["means", "axes"], lists: [("axes", [-1, -2])]),
    OperatorCase("Squeeze", ["means"], isLayer: false),
    OperatorCase("Unsqueeze", ["row", "axes"], lists: [("axes", [2, 3])]),
    OperatorCase("Unsqueeze", ["row", "axes"], lists: [("axes", [-1, -2])]),
    OperatorCase("Unsqueeze", ["row", "axes"], lists: [("axes", [1])], isLayer: false),
    OperatorCase("Transpose", ["maps"], [("perm", .integers([0, 2, 3, 1]))]),
    OperatorCase("Transpose", ["last"], [("perm", .integers([0, 3, 1, 2]))]),
    OperatorCase("Transpose", ["maps"], [("perm", .integers([0, 3, 2, 1]))], isLayer: false),
    OperatorCase("Transpose", ["row"], [("perm", .integers([1, 0]))], isLayer: false),
  ]
}

/// Every operator that there are layers for, as a layer and plainly.
@Suite struct LayeredOperatorTests {
  @Test func `every operator that may be a layer has a case`() {
    #expect(Set(OperatorCase.all.map(\.operation)) == Operators.layered)
  }

  @Test(arguments: OperatorCase.all)
  func `a layer gives what its operator does`(_ operation: OperatorCase) throws {
    let file = try ONNXFile(FileBytes(operation.file, name: "net.onnx"))
    let (channels, height, width) = (
      operation.shape[1], operation.shape[2], operation.shape[3]
    )
    let size = InputSize(height: height, width: width)
    let picture = Tensor(
      shape: Shape(operation.shape),
      (0..<channels * height * width).map { Float(($0 * 37 + 11) % 101) / 40 - 1.25 })
    var expected: [String: Value] = [:]
    // All values, since an output that nothing reads is one of the graph's too.
    let outputs = (0..<operation.outputs).map { "y\($0)" }
    try ImportedGraph(file, size: size, outputs: ["end\(operation.outputs - 1)"] + outputs).run(
      picture
    ) {
      expected[$0] = $1
    }

    let imported = try ImportedModel(file, size: size)
    let model = try imported.model.with(.raw, .options)
    // What reads one channel is given it three times.
    let photo = Tensor(
      shape: Network.inputShape(size),
      (0..<height * width * 3).map {
        picture[flat: (channels == 1 ? 0 : $0 % 3) * height * width + $0 / 3]
      })
    var options = ExecutionOptions()
    options.isPrecise = true
    let executor = Executor(
      model.network, parameters: try NetworkParameters(imported.store, for: model),
      options: options)
    try executor.withForwardPass(photo, keeping: .all) { pass in
      try pass.finish()
      for name in outputs {
        let place = try #require(imported.values[name], "\(name)")
        let layer = try #require(model.network.layers.first { $0.name == place.layer }, "\(name)")
        #expect(layer.kind.isPlain != operation.isLayer, "\(layer.code)")
        let found = try #require(pass.kept[place.layer], "\(name)")
        let value = place.isChannelsLast ? AxisOrder.channelsFirst.shown(found) : found
        let numbers = try #require(expected[name]?.numbers, "\(name)")
        try #require(value.count == numbers.count, "\(name): \(value.shape)")
        for (one, other) in zip(value.elements, numbers) {
          #expect(abs(Double(one) - other) <= 1e-5 * max(1, abs(other)), "\(name)")
        }
      }
    }
  }
}
