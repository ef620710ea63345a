import CAMNet

/// Why an ONNX file is no network that can be run.
public enum ONNXError: Error, Equatable {
  case noGraph(file: String)
  case noOpset(file: String)
  case unknownOpset(file: String, Int)
  case noOutput(file: String)
  case inputs(file: String, [String])
  case input(file: String, name: String, reason: String)
  case unknownValue(file: String, node: String, value: String)
  case computedTwice(file: String, value: String)
  case cycle(file: String, node: String)
  case functions(file: String, name: String)
  case node(file: String, node: String, OperatorError)
  case unsupported(file: String, [Unsupported], among: Int)

  /// An operator that cannot be run, with the nodes that need it.
  public struct Unsupported: Sendable, Equatable {
    let domain: String
    let operation: String
    /// The modules, or nodes, in the file's order.
    let places: [String]
    /// Whether ONNX has an operator of the name.
    let isKnown: Bool
  }
}

extension ONNXError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noGraph(let file):
      "\(file): holds no graph; is it an ONNX model?"
    case .noOpset(let file):
      "\(file): does not say which operator set it is written in, so that its operators mean nothing"
    case .unknownOpset(let file, let found):
      "\(file): is written in operator set \(found); camreport knows \(Operators.opsets.lowerBound) to "
        + "\(Operators.opsets.upperBound)"
    case .noOutput(let file):
      "\(file): says no output"
    case .inputs(let file, let names) where names.isEmpty:
      "\(file): reads no input; a picture is expected"
    case .inputs(let file, let names):
      "\(file): reads \(names.count) inputs, \(names.map { "'\($0)'" }.joined(separator: ", ")); one picture is expected"
    case .input(let file, let name, let reason):
      "\(file): its input '\(name)' \(reason)"
    case .unknownValue(let file, let node, let value):
      "\(file): node \(node) reads '\(value)', which nothing computes"
    case .computedTwice(let file, let value):
      "\(file): '\(value)' is computed twice"
    case .cycle(let file, let node):
      "\(file): node \(node) reads what is computed from its own output"
    case .functions(let file, let name):
      "\(file): its function '\(name)' calls itself, or calls others too many times"
    case .node(let file, let node, let error):
      "\(file): node \(node) \(error.reason)"
    case .unsupported(let file, let operators, let count):
      Self.sentence(file, operators, among: count)
    }
  }

  private static func sentence(
    _ file: String, _ operators: [Unsupported], among count: Int
  ) -> String {
    let nodes = operators.reduce(0) { $0 + $1.places.count }
    let list = operators.map { unsupported in
      let shown = unsupported.places.prefix(3).joined(separator: ", ")
      let more = unsupported.places.count > 3 ? " and \(unsupported.places.count - 3) more" : ""
      let name = unsupported.domain.isEmpty ? "" : "\(unsupported.domain)::"
      return
        "\(name)\(unsupported.operation)\(unsupported.isKnown ? "" : ", which ONNX does not have,") "
        + "(\(unsupported.places.count == 1 ? "" : "\(unsupported.places.count) times: ")\(shown)\(more))"
    }
    return
      "\(file): \(nodes) of its \(count) operations cannot be run: \(list.joined(separator: "; ")); \(advice(operators))"
  }

  private static func advice(_ operators: [Unsupported]) -> String {
    if operators.contains(where: { $0.domain.hasPrefix("com.microsoft") }) {
      return "it was optimized by ONNX Runtime: use the file from before that"
    }
    if operators.contains(where: { $0.domain == "ai.onnx.ml" }) {
      return "they are of classical machine learning, which is not a network's"
    }
    if operators.contains(where: { ["If", "Loop", "Scan"].contains($0.operation) }) {
      return
        "they decide as they run: export the network for one input size, without branches or loops"
    }
    return
      "export the network without them, in evaluation mode, or ask for them where camreport is made"
  }
}
