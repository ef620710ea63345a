import Synchronization

/// A model's parameters, read from a weights file and checked: every layer has what it declares, all of it finite.
public struct NetworkParameters: Sendable {
  private let values: [ParameterName: Parameter]

  /// Reads and checks all parameters, and reports all that does not fit at once.
  public init(_ store: WeightsStore, for model: Model) throws {
    let declarations = model.network.parameters
    var mismatches: [Int: ModelError.Mismatch] = [:]
    for (index, declaration) in declarations.enumerated() {
      mismatches[index] = model.mismatch(declaration, in: store)
    }
    let fitting = declarations.indices.filter { mismatches[$0] == nil }
    let layout = model.layout.reading(store.format)
    let names = declarations.map { layout.names($0.name) }
    let tensors = try Self.tensors(fitting.map { names[$0] }, in: store)
    var values: [ParameterName: Parameter] = [:]
    for (index, (tensor, nonFinite)) in zip(fitting, tensors) {
      if nonFinite > 0 {
        mismatches[index] = .nonFinite(name: names[index], count: nonFinite, of: tensor.count)
      }
      let (name, shape) = (declarations[index].name, declarations[index].shape)
      values[name] = layout.parameter(name, shape, stored: tensor)
    }
    guard mismatches.isEmpty else {
      throw ModelError.doesNotFit(
        source: store.source, model: model.name,
        mismatches.sorted { $0.key < $1.key }.map(\.value), of: declarations.count)
    }
    self.values = values
  }

  /// Tensors with how many of their values are not finite, read on all cores.
  private static func tensors(
    _ names: [String], in store: WeightsStore
  ) throws -> [(Tensor, Int)] {
    let read = Mutex<[Int: Result<(Tensor, Int), WeightsError>]>([:])
    parallel(over: names.count) { index in
      let result = Result { () throws(WeightsError) in
        let tensor = try store.tensor(named: names[index])
        return (tensor, tensor.nonFiniteCount)
      }
      read.withLock { $0[index] = result }
    }
    return try read.withLock { read in
      try names.indices.compactMap { try read[$0]?.get() }
    }
  }

  /// Parameters that are already in memory.
  /// - Precondition: they are those that the network declares, in its shapes.
  public init(_ values: [ParameterName: Parameter]) {
    self.values = values
  }

  /// The same parameters but for some, whose values are given in canonical shapes.
  public func replacing(_ tensors: [ParameterName: Tensor]) -> NetworkParameters {
    NetworkParameters(
      values.merging(tensors.mapValues { Parameter(stored: $0) }) { _, new in new })
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
    let layout = layout.reading(store.format)
    let fileName = layout.names(declaration.name)
    let needed = layout.fileShape(of: declaration.name, declaration.shape)
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
      // What is not finite has all bits of the exponent.
      let exponent: UInt32 = 0x7F80_0000
      var count: UInt32 = 0
      for value in elements { count &+= value.bitPattern & exponent == exponent ? 1 : 0 }
      return Int(count)
    }
  }
}
