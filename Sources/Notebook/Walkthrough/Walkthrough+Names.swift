import CAMNet

extension Walkthrough {
  /// Sees that each step has a name of its own, and that layers' names take nothing from a notebook that it needs later: its
  /// cells assign to them.
  /// - Parameter code: the steps' code lines.
  static func checkNames(
    of steps: [any WalkthroughStep], _ code: [String], _ network: Network
  ) throws(WalkthroughError) {
    var names: Set<String> = []
    for step in steps where !names.insert(step.name).inserted {
      throw .duplicateStep(step.name)
    }
    let layers = network.layers
    for (index, layer) in layers.enumerated() {
      if PythonNames.functions.contains(layer.name) {
        // `dropout = dropout(gap)` is good as long as no later step calls the function.
        let callers = steps.indices.filter {
          PythonNames.called(in: code[$0]).contains(layer.name)
        }
        guard callers.last.map({ steps[$0].name }) == layer.name else {
          throw .reservedName(layer: layer.name)
        }
      }
      try checkParameters(layer, index, layers)
    }
  }

  /// Sees that a layer named as notebooks name a parameter is read before a later layer's parameter takes the name.
  private static func checkParameters(
    _ layer: Layer, _ index: Int, _ layers: [Layer]
  ) throws(WalkthroughError) {
    guard ParameterRole.allCases.contains(where: { $0.variable == layer.name }),
      let last = layers.lastIndex(where: { $0.inputs.contains(layer.name) })
    else { return }
    for other in layers[(index + 1)...last] where other.mayAssign(layer.name) {
      throw .overwrittenName(layer: layer.name, by: other.name, reader: layers[last].name)
    }
  }
}

extension Layer {
  /// Whether the layer's code reads a parameter that notebooks give this name.
  fileprivate func mayAssign(_ variable: String) -> Bool {
    let expression = kind.expression(inputs.map { _ in "" })
    return PythonNames.words(in: expression).contains(variable)
  }
}
