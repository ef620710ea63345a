/// A feed-forward network as one value: named layers in the order in which they run.
///
/// What exists is valid: names are unique, every edge leads back to an earlier layer, every shape can be inferred.
public struct Network: Sendable, Hashable {
  public let name: String
  /// The name by which layers read the input photo.
  public let input: String
  /// The input size that the network was trained at.
  public let defaultSize: InputSize
  /// The order in which shapes of feature maps are shown.
  public let axisOrder: AxisOrder
  public let layers: [Layer]
  /// What a weights file must hold, in the order in which the network reads it.
  public let parameters: [ParameterDeclaration]

  public init(
    name: String, input: String, defaultSize: InputSize, axisOrder: AxisOrder = .channelsLast,
    layers: [Layer]
  ) throws(NetworkError) {
    guard PythonName.isValid(input) else { throw .notAName(input) }
    var known: Set = [input]
    for layer in layers {
      guard PythonName.isValid(layer.name) else { throw .notAName(layer.name) }
      if let unknown = layer.inputs.first(where: { !known.contains($0) }) {
        throw .unknownInput(layer: layer.name, input: unknown)
      }
      guard known.insert(layer.name).inserted else { throw .duplicateName(layer.name) }
    }
    self.name = name
    self.input = input
    self.defaultSize = defaultSize
    self.axisOrder = axisOrder
    self.layers = layers
    let shapes = try Self.infer(layers, input: input, size: defaultSize, axisOrder).complete
    self.parameters = Self.declarations(shapes)
  }

  /// The input's shape at a size: one photo, RGB.
  public static func inputShape(_ size: InputSize) -> Shape { [1, size.height, size.width, 3] }

  /// Every layer with its shapes at an input size; nothing is run.
  public func shapes(size: InputSize? = nil) throws(NetworkError) -> [LayerShapes] {
    try inference(size: size).complete
  }

  /// Every layer with its shapes, up to the first layer that cannot take its input, and why it cannot.
  public func inference(size: InputSize? = nil) -> Inference {
    Self.infer(layers, input: input, size: size ?? defaultSize, axisOrder)
  }

  /// Shapes as far as they could be inferred.
  public struct Inference: Sendable {
    public let shapes: [LayerShapes]
    public let failure: NetworkError?

    fileprivate var complete: [LayerShapes] {
      get throws(NetworkError) {
        if let failure { throw failure }
        return shapes
      }
    }
  }

  private static func infer(
    _ layers: [Layer], input: String, size: InputSize, _ axisOrder: AxisOrder
  ) -> Inference {
    var shapes = [input: inputShape(size)]
    // Values that an operation of a file gives plainly are in the file's order as they are.
    var orders = [input: axisOrder]
    var fields: [String: ReceptiveField] = [input: .pixel]
    var result: [LayerShapes] = []
    for layer in layers {
      let inputs = layer.inputs.compactMap { shapes[$0] }
      do throws(ShapeError) {
        let output = try layer.kind.outputShape(of: inputs)
        shapes[layer.name] = output
        let field = ReceptiveField(
          layer, zip(layer.inputs.map { fields[$0] }, inputs).map { ($0, $1) })
        fields[layer.name] = field
        let order = layer.kind.isPlain ? .channelsLast : axisOrder
        orders[layer.name] = order
        result.append(
          LayerShapes(
            layer: layer, inputs: inputs, output: output,
            shownInputs: zip(layer.inputs, inputs).map { orders[$0, default: order].shown($1) },
            axisOrder: order, receptiveField: field))
      } catch {
        return Inference(shapes: result, failure: .shape(layer: layer.name, error))
      }
    }
    return Inference(shapes: result, failure: nil)
  }

  /// The network with other layers, or another size that it was trained at.
  func with(layers: [Layer]? = nil, defaultSize: InputSize? = nil) throws(NetworkError) -> Network {
    try Network(
      name: name, input: input, defaultSize: defaultSize ?? self.defaultSize,
      axisOrder: axisOrder, layers: layers ?? self.layers)
  }

  /// The parameters all layers need, slices of one parameter joined along its output channels.
  private static func declarations(_ shapes: [LayerShapes]) -> [ParameterDeclaration] {
    var declarations: [ParameterDeclaration] = []
    for entry in shapes {
      for (role, shape) in entry.layer.kind.parameters(for: entry.inputs) {
        let name = entry.layer.parameterName(role)
        guard role == .weights, let slice = entry.layer.weightsSlice else {
          declarations.append(ParameterDeclaration(name: name, shape: shape))
          continue
        }
        let whole = Shape(shape.dimensions.dropLast() + [slice.outputChannels.upperBound])
        let declaration = ParameterDeclaration(name: name, shape: whole)
        if let index = declarations.firstIndex(where: { $0.name == name }) {
          declarations[index] = declaration
        } else {
          declarations.append(declaration)
        }
      }
    }
    return declarations
  }
}

extension Network {
  /// Sees that each layer has a gradient.
  public func checkGradients() throws(NetworkError) {
    if let layer = layers.first(where: \.kind.isPlain) {
      throw .noGradient(layer: layer.name, operation: layer.kind.look.shortName)
    }
  }

  /// Sees that a notebook can run each layer.
  public func checkPython() throws(NetworkError) {
    if let layer = layers.first(where: \.kind.isPlain) {
      throw .noPython(layer: layer.name, operation: layer.kind.look.shortName)
    }
    if let head = try? classActivationHead, let layer = head.layerWithoutPython {
      throw .noPythonGradient(layer: layer.name)
    }
  }
}

/// Why a list of layers is not a network.
public enum NetworkError: Error, Hashable {
  case notAName(String)
  case duplicateName(String)
  case unknownInput(layer: String, input: String)
  case shape(layer: String, ShapeError)
  case noClassActivation(network: String, Headlessness)
  case noGradient(layer: String, operation: String)
  case noPython(layer: String, operation: String)
  case noPythonGradient(layer: String)
}

extension NetworkError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notAName(let name):
      "'\(name)' cannot be a layer's name: names are Python's, letters, digits and '_', "
        + "no digit first and none of its keywords"
    case .duplicateName(let name):
      "two layers are named '\(name)'; a layer's name must be its own"
    case .unknownInput(let layer, let input):
      "layer '\(layer)' reads '\(input)', which no earlier layer is named"
    case .shape(let layer, let error):
      "layer '\(layer)' \(error)"
    case .noClassActivation(let network, let reason):
      "\(network) \(reason)"
    case .noGradient(let layer, let operation):
      "layer '\(layer)' is a plain \(operation), whose gradient camreport does not know, so that nothing can be trained"
    case .noPython(let layer, let operation):
      "layer '\(layer)' is a plain \(operation), which camreport's notebooks cannot run yet; write another format"
    case .noPythonGradient(let layer):
      "layer '\(layer)' lies between the last feature maps and the logits, and camreport's notebooks cannot compute its "
        + "gradient yet, which the class map needs; write another format"
    }
  }
}
