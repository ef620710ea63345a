/// What a loss changes by with outputs of layers and with parameters.
public struct Gradients: Sendable {
  /// The gradients of layers' outputs that were asked for, by the layers' names.
  public internal(set) var layers: [String: Tensor] = [:]
  /// The gradients of parameters that were asked for, in their canonical shapes.
  public internal(set) var parameters: [ParameterName: Tensor] = [:]

  public init() {}

  /// Adds the gradients of another loss, such as another photo's, to these.
  public mutating func add(_ other: Gradients) {
    layers.merge(other.layers) { $0.adding($1) }
    parameters.merge(other.parameters) { $0.adding($1) }
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
  ///   - input: the photo that the pass was given, (1, size, size, 3).
  ///   - seed: what the loss changes by with some layers' outputs, each in its output's shape.
  ///   - layers: the layers whose outputs' gradients are wanted.
  ///   - parameters: the parameters whose gradients are wanted.
  /// - Precondition: the names are the network's, and the layers' outputs were kept.
  public func backward(
    _ activations: Activations, input: Tensor, seed: [String: Tensor],
    downTo layers: Set<String> = [], parameters: Set<ParameterName>
  ) throws(ExecutionError) -> Gradients {
    try backward(
      activations, input: input, size: input.shape[1], seed: seed, downTo: layers,
      parameters: parameters)
  }

  /// The gradients as ``backward(_:input:seed:downTo:parameters:)`` gives them, of a photo of `size` × `size` pixels; its input is
  /// needed, and so are the outputs of layers, where a layer whose gradients are wanted reads them.
  package func backward(
    _ activations: Activations, input: Tensor?, size: Int, seed: [String: Tensor],
    downTo layers: Set<String> = [], parameters: Set<ParameterName>
  ) throws(ExecutionError) -> Gradients {
    let plan = try plan(size: size)
    var pass = BackwardPass(
      plan: plan, executor: self, activations: activations, input: input, layers: layers,
      parameters: parameters)
    return pass.run(seed)
  }
}

/// A way back through a network, from the last layer to the lowest whose gradients are wanted.
private struct BackwardPass {
  let plan: ExecutionPlan
  let executor: Executor
  let activations: Activations
  let input: Tensor?
  let layers: Set<String>
  let parameters: Set<ParameterName>
  /// The gradients of the input and of the layers' outputs so far, by number.
  private var outputs: [Tensor?] = []
  /// Of the input and of each layer, by number, whether something is wanted of it or below it.
  private var isWanted: [Bool] = []
  private var gradients = Gradients()

  init(
    plan: ExecutionPlan, executor: Executor, activations: Activations, input: Tensor?,
    layers: Set<String>, parameters: Set<ParameterName>
  ) {
    self.plan = plan
    self.executor = executor
    self.activations = activations
    self.input = input
    self.layers = layers
    self.parameters = parameters
    isWanted = [false]
    for step in plan.steps {
      isWanted.append(
        layers.contains(step.shapes.layer.name) || !wantedRoles(step).isEmpty
          || step.inputs.contains { isWanted[$0] })
    }
    outputs = [Tensor?](repeating: nil, count: plan.steps.count + 1)
  }

  /// The roles of a step's parameters whose gradients are wanted.
  private func wantedRoles(_ step: ExecutionPlan.Step) -> [ParameterRole] {
    step.shapes.layer.kind.parameters(for: step.shapes.inputs).map(\.role).filter {
      $0.isTrainable && parameters.contains(step.shapes.layer.parameterName($0))
    }
  }

  mutating func run(_ seed: [String: Tensor]) -> Gradients {
    for (index, step) in plan.steps.enumerated().reversed() {
      let name = step.shapes.layer.name
      if let own = seed[name] { add(own, to: index + 1) }
      guard isWanted[index + 1], let gradient = outputs[index + 1] else { continue }
      if layers.contains(name) { gradients.layers[name] = gradient }
      runLayer(step, gradient)
      outputs[index + 1] = nil
    }
    return gradients
  }

  private mutating func runLayer(_ step: ExecutionPlan.Step, _ gradient: Tensor) {
    let roles = wantedRoles(step)
    var wanted: Wanted = roles.isEmpty ? [] : .parameters
    if step.inputs.contains(where: { isWanted[$0] }) { wanted.insert(.inputs) }
    guard !wanted.isEmpty else { return }
    let call = LayerCall(
      inputs: step.inputs.map { value($0) }, output: value(forLayer: step.shapes.layer.name),
      parameters: executor.parameters.parameters(of: step.shapes), options: executor.options)
    let result = step.shapes.layer.kind.backward(gradient, call, wanting: wanted)
    for (number, own) in zip(step.inputs, result.inputs) where isWanted[number] {
      add(own, to: number)
    }
    for role in roles {
      if let own = result.parameters[role] { add(own, to: role, of: step.shapes.layer) }
    }
  }

  private mutating func add(_ gradient: Tensor, to number: Int) {
    outputs[number] = outputs[number].map { $0.adding(gradient) } ?? gradient
  }

  /// Adds a layer's gradient to its parameter's; of a slice of weights, to its place in the whole.
  private mutating func add(_ gradient: Tensor, to role: ParameterRole, of layer: Layer) {
    let name = layer.parameterName(role)
    var own = gradient
    if role == .weights, let slice = layer.weightsSlice {
      own = gradient.placed(at: slice.outputChannels, in: executor.parameters[name].shape)
    }
    gradients.parameters[name] = gradients.parameters[name].map { $0.adding(own) } ?? own
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
