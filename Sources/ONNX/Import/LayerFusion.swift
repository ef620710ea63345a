import CAMNet

/// Layers of which some are computed in one step with the one before: normalization and activation with a convolution, with maps
/// that are joined or with a sum, a bias with what it is added to, a product with a sigmoid of what is multiplied, a window with the zeros
/// around what it slides over.
struct LayerFusion {
  private(set) var layers: [Layer] = []
  /// The parameters as the file has them, by their names in the fused layers.
  private(set) var parameters: [ParameterName: FileParameter]
  /// The layer that gives what another gave before they were one.
  private(set) var merged: [String: String] = [:]
  private var places: [String: Int] = [:]
  private var readers: [String: Int] = [:]

  init(_ layers: [Layer], _ parameters: [ParameterName: FileParameter]) {
    self.parameters = parameters
    for layer in layers {
      for input in layer.inputs { readers[input, default: 0] += 1 }
    }
    for layer in layers { add(layer) }
  }

  /// Whether what a layer gave is still given: not where another was merged into it.
  func gives(_ layer: String) -> Bool { !hidden.contains(layer) }

  /// The layers whose own outputs are no more.
  private var hidden: Set<String> = []
  /// The layer that was merged last into each.
  private var lasts: [String: String] = [:]

  private mutating func add(_ layer: Layer) {
    let layer = layer.with(inputs: layer.inputs.map { merged[$0] ?? $0 })
    if gate(layer) || pad(layer) { return }
    if let first = layer.inputs.first, layer.inputs.count == 1, readers[first] == 1,
      let place = places[first],
      let kind = fused(layers[place].kind, layer.kind)
    {
      merge(layer, into: place, kind)
      return
    }
    places[layer.name] = layers.count
    layers.append(layer)
  }

  private mutating func merge(_ layer: Layer, into place: Int, _ kind: any LayerKind) {
    let own = layers[place]
    layers[place] = own.with(kind: kind)
    for role in ParameterRole.allCases {
      let name = ParameterName(layer: layer.name, role: role)
      if let parameter = parameters.removeValue(forKey: name) {
        parameters[ParameterName(layer: own.name, role: role)] = parameter
      }
    }
    merged[layer.name] = own.name
    hidden.insert(lasts.updateValue(layer.name, forKey: own.name) ?? own.name)
    // Who reads the two reads what the second gave.
    readers[own.name] = readers[layer.name]
  }

  /// x times its sigmoid, or its hard sigmoid, as one function of x.
  private mutating func gate(_ layer: Layer) -> Bool {
    guard layer.kind is Multiply else { return false }
    for (input, gate) in [(0, 1), (1, 0)] {
      let (x, name) = (layer.inputs[input], layer.inputs[gate])
      guard readers[name] == 1, let place = places[name], place == layers.count - 1,
        layers[place].inputs == [x],
        let function = (layers[place].kind as? ActivationFunction)?.function.timesItsArgument
      else { continue }
      merge(layer, into: place, ActivationFunction(function))
      return true
    }
    return false
  }

  /// A window that counts the zeros around its input, with those that a layer before it puts there. It keeps its own name.
  private mutating func pad(_ layer: Layer) -> Bool {
    guard layer.inputs.count == 1, let place = places[layer.inputs[0]],
      readers[layer.inputs[0]] == 1, let pad = layers[place].kind as? CAMNet.Pad,
      let kind = padded(layer.kind, pad)
    else { return false }
    hidden.insert(layers[place].name)
    places[layers[place].name] = nil
    layers[place] = layer.with(kind: kind).with(inputs: layers[place].inputs)
    places[layer.name] = place
    return true
  }

  private func padded(_ kind: any LayerKind, _ pad: CAMNet.Pad) -> (any LayerKind)? {
    switch kind {
    case let convolution as Convolution:
      return convolution.window.including(pad).map {
        Convolution(
          $0, outputChannels: convolution.outputChannels, groups: convolution.groups,
          hasBiases: convolution.hasBiases, batchNormalization: convolution.batchNormalization,
          activation: convolution.activation)
      }
    case let pooling as AveragePooling
    where pooling.countsPadding || pooling.window.padding == .valid:
      return pooling.window.including(pad).map { AveragePooling($0, countsPadding: true) }
    default: return nil
    }
  }

  /// What two layers are in one step; nil where they are none.
  private func fused(_ first: any LayerKind, _ second: any LayerKind) -> (any LayerKind)? {
    switch (first, second) {
    case (let convolution as Convolution, let norm as BatchNorm)
    where convolution.batchNormalization == nil && convolution.activation == .none:
      return convolution.followed(by: norm.normalization, norm.activation)
    case (let convolution as Convolution, let function as ActivationFunction)
    where convolution.activation == .none:
      return function.range.map { convolution.followed(by: convolution.batchNormalization, $0) }
    case (let norm as BatchNorm, let function as ActivationFunction) where norm.activation == .none:
      return function.range.map {
        BatchNorm(epsilon: norm.normalization.epsilon, activation: $0)
      }
    case (let join as Concat, let norm as BatchNorm)
    where join.normalization == nil && join.activation == .none:
      return Concat(normalization: norm.normalization, activation: norm.activation)
    case (let join as Concat, let function as ActivationFunction)
    where join.normalization != nil && join.activation == .none:
      return function.range.map { Concat(normalization: join.normalization, activation: $0) }
    case (let sum as Add, let function as ActivationFunction) where sum.activation == .none:
      return function.range.map { Add(activation: $0) }
    case (let convolution as Convolution, is BiasAdd)
    where !convolution.hasBiases && convolution.batchNormalization == nil
      && convolution.activation == .none:
      return Convolution(
        convolution.window, outputChannels: convolution.outputChannels,
        groups: convolution.groups, hasBiases: true)
    case (let dense as Dense, is BiasAdd) where !dense.hasBiases:
      return Dense(outputs: dense.outputs, hasBiases: true)
    case (let pooling as GlobalAveragePooling, is CAMNet.Flatten) where pooling.keepsAxes:
      return GlobalAveragePooling()
    default: return nil
    }
  }
}

extension Convolution {
  fileprivate func followed(
    by normalization: BatchNormalization?, _ activation: Activation
  ) -> Convolution {
    Convolution(
      window, outputChannels: outputChannels, groups: groups, hasBiases: hasBiases,
      batchNormalization: normalization, activation: activation)
  }
}

extension ActivationFunction {
  /// The activation that only cuts values to a range; nil for another function.
  fileprivate var range: Activation? {
    switch function {
    case .relu, .clip(0 ... .infinity): .relu
    case .clip(0...6): .relu6
    default: nil
    }
  }
}

extension ActivationFunction.Function {
  /// x times the function of x, where that is one of the functions.
  fileprivate var timesItsArgument: Self? {
    switch self {
    case .sigmoid: .silu
    case .hardSigmoid(let slope, let shift) where abs(slope * 6 - 1) < 1e-6 && shift == 0.5:
      .hardSwish
    default: nil
    }
  }
}
