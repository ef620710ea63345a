import CAMNet

extension ONNXFile {
  /// The outputs for some inputs, all of which are known, so that nothing is left that would depend on a picture.
  /// - Parameter inputs: values for the inputs that have none in the file, in the file's order.
  public func evaluate(_ inputs: [Value]) throws(ONNXError) -> [Value] {
    let outputs = graph.outputs.map(\.name)
    let weights = Set(graph.initializers.map(\.name))
    let names = graph.inputs.map(\.name).filter { !weights.contains($0) }
    var importing = Importing(self, try FlatGraph(self, outputs: outputs))
    for (name, value) in zip(names, inputs) { importing.define(name, value) }
    try importing.checkOperators()
    try importing.run()
    var values: [Value] = []
    for name in outputs {
      guard let constant = importing.constants[name] else {
        throw .unknownValue(file: self.name, node: "'\(name)', an output,", value: name)
      }
      do throws(OperatorError) {
        values.append(try constant.value())
      } catch {
        throw .node(file: self.name, node: "'\(name)'", error)
      }
    }
    return values
  }
}
