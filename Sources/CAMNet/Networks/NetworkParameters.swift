/// A model's parameters, read from a weights file and checked: every layer has what it declares, all of it finite.
public struct NetworkParameters: Sendable {
  private let values: [ParameterName: Parameter]

  /// Reads and checks all parameters, and reports all that does not fit at once.
  public init(_ store: WeightsStore, for model: Model) throws {
    var values: [ParameterName: Parameter] = [:]
    var mismatches: [ModelError.Mismatch] = []
    for declaration in model.network.parameters {
      if let mismatch = model.mismatch(declaration, in: store) {
        mismatches.append(mismatch)
        continue
      }
      let fileName = model.layout.names(declaration.name)
      let tensor = try store.tensor(named: fileName)
      let nonFinite = tensor.nonFiniteCount
      if nonFinite > 0 {
        mismatches.append(.nonFinite(name: fileName, count: nonFinite, of: tensor.count))
      }
      values[declaration.name] = Parameter(
        stored: tensor, axes: model.layout.fileAxes(rank: tensor.shape.rank))
    }
    guard mismatches.isEmpty else {
      throw ModelError.doesNotFit(
        source: store.source, model: model.name, mismatches,
        of: model.network.parameters.count)
    }
    self.values = values
  }

  /// - Precondition: `name` is one of the model's network's parameters.
  public subscript(name: ParameterName) -> Parameter {
    guard let value = values[name] else { preconditionFailure("no parameter \(name)") }
    return value
  }

  /// What `layer` reads at the given input shapes.
  func parameters(of entry: LayerShapes) -> LayerParameters {
    var result = LayerParameters(
      [:], outputChannels: entry.layer.weightsSlice?.outputChannels)
    for (role, _) in entry.layer.kind.parameters(for: entry.inputs) {
      result.values[role] = self[entry.layer.parameterName(role)]
    }
    return result
  }
}

extension Model {
  /// Whether a file lacks a parameter or holds it in another shape; nothing but names and shapes is read.
  func mismatch(
    _ declaration: ParameterDeclaration, in store: WeightsStore
  ) -> ModelError.Mismatch? {
    let fileName = layout.names(declaration.name)
    let needed = layout.fileShape(declaration.shape)
    guard let entry = store[fileName] else { return .missing(name: fileName, needed: needed) }
    return entry.shape == needed
      ? nil : .shape(name: fileName, found: entry.shape, needed: needed)
  }

  /// The first layer whose parameters a file does not hold as it needs them, and why not.
  public func firstMisfit(in store: WeightsStore) -> (layer: String, error: ModelError)? {
    for layer in network.layers {
      for declaration in network.parameters
      where layer.reads(declaration.name) {
        if let mismatch = mismatch(declaration, in: store) {
          let error = ModelError.doesNotFit(
            source: store.source, model: name, [mismatch], of: network.parameters.count)
          return (layer.name, error)
        }
      }
    }
    return nil
  }
}

extension Layer {
  fileprivate func reads(_ parameter: ParameterName) -> Bool {
    parameterName(parameter.role) == parameter
  }
}

extension Tensor {
  var nonFiniteCount: Int {
    withUnsafeElements { elements in
      // x · 0 is 0 for finite x and NaN for the rest; the sum is looked at once.
      var sum: Float = 0
      for value in elements { sum += value * 0 }
      return sum == 0 ? 0 : elements.count { !$0.isFinite }
    }
  }
}
