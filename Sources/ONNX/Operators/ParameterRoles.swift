import CAMNet

/// Which inputs of operators are parameters, as trained networks have them, where they are floats of the file.
enum ParameterRoles {
  /// The role of an operator's input; nil for one that says how the operator works.
  static func role(of operation: String, input: Int) -> ParameterRole? {
    let byInput: [Int: ParameterRole] =
      switch operation {
      case "Conv", "Gemm": [1: .weights, 2: .biases]
      case "MatMul", "Add", "Sub", "Mul", "Div": [0: .weights, 1: .weights]
      case "PRelu": [1: .weights]
      case "BatchNormalization": [1: .scale, 2: .shift, 3: .mean, 4: .variance]
      case "LayerNormalization", "InstanceNormalization": [1: .scale, 2: .shift]
      default: [:]
      }
    return byInput[input]
  }
}
