/// What a loss changes by with outputs of layers and with parameters.
public struct Gradients: Sendable {
  /// The gradients of layers' outputs that were asked for, by the layers' names.
  public internal(set) var layers: [String: Tensor] = [:]
  /// The gradients of parameters that were asked for, in their canonical shapes.
  public internal(set) var parameters: [ParameterName: Tensor] = [:]

  public init() {}
}

extension Dictionary where Value == Tensor {
  /// Adds a tensor to the one of a key, where there is one.
  fileprivate mutating func add(_ tensor: Tensor, to key: Key) {
    if self[key]?.add(tensor) == nil { self[key] = tensor }
  }
}

extension Executor {
  /// The gradients of Σ seed · output for one photo, whose pass kept its layers' outputs.
  ///
  /// Nothing runs below the lowest layer that is asked for. A tensor that several layers read, and a parameter that several use,
  /// gets the sum of their gradients, in the order from the last layer to the first, so that the same bytes come of any number of
  /// threads. Normalization is as it is at inference, with its own statistics.
  /// - Parameters:
  ///   - activations: all layers' outputs, as a pass keeps them with ``Keeping/all``.
  ///   - input: the photo that the pass was given, (1, height, width, 3).
  ///   - seed: what the loss changes by with some layers' outputs, each in its output's shape.
  ///   - layers: the layers whose outputs' gradients are wanted.
  ///   - parameters: the parameters whose gradients are wanted.
  /// - Precondition: the names are the network's, and the layers' outputs were kept.
  public func backward(
    _ activations: Activations, input: Tensor, seed: [String: Tensor],
    downTo layers: Set<String> = [], parameters: Set<ParameterName>
  ) throws(ExecutionError) -> Gradients {
    try backward(
      activations, input: input, size: input.shape.inputSize, seed: seed, downTo: layers,
      parameters: parameters)
  }

  /// The gradients as ``backward(_:input:seed:downTo:parameters:)`` gives them, of a photo of `size`; its input is
  /// needed, and so are the outputs of layers, where a layer whose gradients are wanted reads them.
  package func backward(
    _ activations: Activations, input: Tensor?, size: InputSize, seed: [String: Tensor],
    downTo layers: Set<String> = [], parameters: Set<ParameterName>
  ) throws(ExecutionError) -> Gradients {
    var gradients = Gradients()
    try backward(
      activations, input: input, size: size, seed: seed, downTo: layers, parameters: parameters,
      addingTo: &gradients)
    return gradients
  }

  /// Adds the gradients that ``backward(_:input:size:seed:downTo:parameters:)`` gives to others, each layer's as soon as they are
  /// made, so that no two photos' are ever held.
  package func backward(
    _ activations: Activations, input: Tensor?, size: InputSize, seed: [String: Tensor],
    downTo layers: Set<String> = [], parameters: Set<ParameterName>,
    addingTo gradients: inout Gradients
  ) throws(ExecutionError) {
    var pass = try backwardPass(
      activations, input: input, size: size, seed: seed, downTo: layers, parameters: parameters,
      addingTo: &gradients)
    while pass.next() != nil {}
    gradients = pass.gradients
  }

  /// A way back that goes through a layer at a time, and takes over the gradients that it adds to.
  package func backwardPass(
    _ activations: Activations, input: Tensor?, size: InputSize, seed: [String: Tensor],
    downTo layers: Set<String> = [], parameters: Set<ParameterName>,
    addingTo gradients: inout Gradients
  ) throws(ExecutionError) -> BackwardPass {
    let prepared = try prepared(size: size)
    defer { gradients = Gradients() }
    return BackwardPass(
      prepared: prepared, executor: self, activations: activations, input: input, seed: seed,
      layers: layers, parameters: parameters, gradients: gradients)
  }
}

/// A way back through a network, from the last layer to the lowest whose gradients are wanted.
package struct BackwardPass {
  private let prepared: PreparedNetwork
  private let executor: Executor
  private let activations: Activations
  private let input: Tensor?
  private let seed: [String: Tensor]
  private let layers: Set<String>
  private let parameters: Set<ParameterName>
  /// The gradients of the input and of the layers' outputs so far, by number.
  private var outputs: [Tensor?] = []
  /// Of the input and of each layer, by number, whether something is wanted of it or below it.
  private var isWanted: [Bool] = []
  /// How many layers are left.
  private var index: Int
  /// The gradients so far, added to those that were there.
  package private(set) var gradients: Gradients

  fileprivate init(
    prepared: PreparedNetwork, executor: Executor, activations: Activations, input: Tensor?,
    seed: [String: Tensor], layers: Set<String>, parameters: Set<ParameterName>,
    gradients: Gradients
  ) {
    self.prepared = prepared
    self.executor = executor
    self.activations = activations
    self.input = input
    self.seed = seed
    self.layers = layers
    self.parameters = parameters
    self.gradients = gradients
    index = prepared.plan.steps.count
    isWanted = [false]
    for step in plan.steps {
      isWanted.append(
        layers.contains(step.shapes.layer.name) || !wantedRoles(step).isEmpty
          || step.inputs.contains { isWanted[$0] })
    }
    outputs = [Tensor?](repeating: nil, count: plan.steps.count + 1)
  }

  private var plan: ExecutionPlan { prepared.plan }

  /// The roles of a step's parameters whose gradients are wanted.
  private func wantedRoles(_ step: ExecutionPlan.Step) -> [ParameterRole] {
    step.shapes.layer.kind.parameters(for: step.shapes.inputs).map(\.role).filter {
      $0.isTrainable && parameters.contains(step.shapes.layer.parameterName($0))
    }
  }

  /// Goes back through the next layer; nil after the first.
  /// - Returns: how long the layer took.
  package mutating func next() -> Duration? {
    guard index > 0 else { return nil }
    let step = plan.steps[index - 1]
    let layer = step.shapes.layer
    let duration = ContinuousClock().measure {
      if let own = seed[layer.name] { add(own, to: index) }
      guard isWanted[index], let gradient = outputs[index] else { return }
      outputs[index] = nil
      if layers.contains(layer.name) { gradients.layers.add(gradient, to: layer.name) }
      runLayer(step, gradient)
    }
    index -= 1
    return duration
  }

  private mutating func runLayer(_ step: ExecutionPlan.Step, _ gradient: Tensor) {
    let roles = wantedRoles(step)
    var wanted: Wanted = roles.isEmpty ? [] : .parameters
    if step.inputs.contains(where: { isWanted[$0] }) { wanted.insert(.inputs) }
    guard !wanted.isEmpty else { return }
    let call = LayerCall(
      inputs: step.inputs.map { value($0) }, output: value(forLayer: step.shapes.layer.name),
      parameters: executor.parameters.parameters(of: step.shapes), options: executor.options,
      kept: prepared.keptBackward(index - 1))
    let result = step.shapes.layer.kind.backward(gradient, call, wanting: wanted)
    for (number, own) in zip(step.inputs, result.inputs) where isWanted[number] {
      add(own, to: number)
    }
    for role in roles {
      if let own = result.parameters[role] { add(own, to: role, of: step.shapes.layer) }
    }
  }

  private mutating func add(_ gradient: Tensor, to number: Int) {
    if outputs[number]?.add(gradient) == nil { outputs[number] = gradient }
  }

  /// Adds a layer's gradient to its parameter's; of a slice of weights, to its place in the whole.
  private mutating func add(_ gradient: Tensor, to role: ParameterRole, of layer: Layer) {
    let name = layer.parameterName(role)
    var own = gradient
    if role == .weights, let slice = layer.weightsSlice {
      own = gradient.placed(at: slice.outputChannels, in: executor.parameters[name].shape)
    }
    gradients.parameters.add(own, to: name)
  }

  private func value(_ number: Int) -> Tensor {
    guard number > 0 else {
      guard let input else { preconditionFailure("the network's input was not given") }
      return input
    }
    return value(forLayer: plan.steps[number - 1].shapes.layer.name)
  }

  private func value(forLayer name: String) -> Tensor {
    guard let output = activations[name] else {
      preconditionFailure("the output of \(name) was not kept")
    }
    return output
  }
}

extension Tensor {
  /// A tensor of another shape that holds this one at some neighbouring places of its last axis, and zeros elsewhere.
  fileprivate func placed(at range: Range<Int>, in whole: Shape) -> Tensor {
    let columns = whole[whole.rank - 1]
    return Tensor(shape: whole) { destination in
      withUnsafeElements { source in
        guard let source = source.baseAddress, let target = destination.baseAddress else { return }
        parallel(over: Split(whole.elementCount / columns, limit: 4096)) { rows in
          for row in rows {
            let line = target + row * columns
            line.initialize(repeating: 0, count: columns)
            (line + range.lowerBound).update(from: source + row * range.count, count: range.count)
          }
        }
      }
    }
  }
}
