/// A layer: a name, an operation, and the names of what it reads.
public struct Layer: Sendable, Hashable {
  public let name: String
  public let operation: Operation
  /// Names of earlier layers, or of the network's input.
  public let inputs: [String]
  /// The weights are some output channels of another parameter, as in VGG16-CAM's split kernel.
  public let weightsSlice: WeightsSlice?
  /// The part of the network the layer belongs to, as its paper or code divides it: `block3`.
  public let block: String?

  /// Output channels `outputChannels` of the weights that `layer` names.
  public struct WeightsSlice: Sendable, Hashable {
    public let layer: String
    public let outputChannels: Range<Int>

    public init(of layer: String, outputChannels: Range<Int>) {
      self.layer = layer
      self.outputChannels = outputChannels
    }
  }

  public init(
    _ name: String, _ operation: Operation, _ inputs: String..., weights: WeightsSlice? = nil,
    block: String? = nil
  ) {
    self.name = name
    self.operation = operation
    self.inputs = inputs
    self.weightsSlice = weights
    self.block = block
  }

  public var kind: any LayerKind { operation.kind }

  /// The layer as a line of code: `conv1_1 = relu(conv2d(image, W, strides=1, padding='SAME') + b)`.
  public var code: String { "\(name) = \(kind.expression(inputs))" }

  /// The names of the parameters the layer reads.
  package func parameterName(_ role: ParameterRole) -> ParameterName {
    ParameterName(layer: role == .weights ? weightsSlice?.layer ?? name : name, role: role)
  }
}

/// A feed-forward network as one value: named layers in the order in which they run.
///
/// What exists is valid: names are unique, every edge leads back to an earlier layer, every shape can be inferred.
public struct Network: Sendable, Hashable {
  public let name: String
  /// The name by which layers read the input photo.
  public let input: String
  /// The input size the network was trained at: the side of a square, in pixels.
  public let defaultSize: Int
  public let layers: [Layer]
  /// What a weights file must hold, in the order in which the network reads it.
  public let parameters: [ParameterDeclaration]

  public init(name: String, input: String, defaultSize: Int, layers: [Layer]) throws(NetworkError) {
    var known: Set = [input]
    for layer in layers {
      if let unknown = layer.inputs.first(where: { !known.contains($0) }) {
        throw .unknownInput(layer: layer.name, input: unknown)
      }
      guard known.insert(layer.name).inserted else { throw .duplicateName(layer.name) }
    }
    self.name = name
    self.input = input
    self.defaultSize = defaultSize
    self.layers = layers
    let shapes = try Self.infer(layers, input: input, size: defaultSize).complete
    self.parameters = Self.declarations(shapes)
  }

  /// The input's shape at `size` × `size` pixels: one photo, RGB.
  public static func inputShape(size: Int) -> Shape { [1, size, size, 3] }

  /// Every layer with its shapes at an input of `size` × `size` pixels; nothing is run.
  public func shapes(size: Int? = nil) throws(NetworkError) -> [LayerShapes] {
    try inference(size: size).complete
  }

  /// The same up to the first layer that cannot take its input, and why it cannot.
  public func inference(size: Int? = nil) -> Inference {
    Self.infer(layers, input: input, size: size ?? defaultSize)
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

  private static func infer(_ layers: [Layer], input: String, size: Int) -> Inference {
    var shapes = [input: inputShape(size: size)]
    var result: [LayerShapes] = []
    for layer in layers {
      let inputs = layer.inputs.compactMap { shapes[$0] }
      do throws(ShapeError) {
        let output = try layer.kind.outputShape(of: inputs)
        shapes[layer.name] = output
        result.append(LayerShapes(layer: layer, inputs: inputs, output: output))
      } catch {
        return Inference(shapes: result, failure: .shape(layer: layer.name, error))
      }
    }
    return Inference(shapes: result, failure: nil)
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

/// A layer with the shapes it has at one input size, and what follows from them.
public struct LayerShapes: Sendable, Hashable {
  public let layer: Layer
  public let inputs: [Shape]
  public let output: Shape

  public var arithmetic: [OutputSize] { layer.kind.arithmetic(for: inputs) }

  /// Parameters that the layer reads: its own, or its slice of another's.
  public var parameterCount: Int {
    layer.kind.parameters(for: inputs).reduce(0) { $0 + $1.shape.elementCount }
  }

  /// The kernel's shape, height × width × in × out; of a pooling its window; nil for layers that have none.
  public var kernel: String? {
    let weights = layer.kind.parameters(for: inputs).first { $0.role == .weights }
    return weights?.shape.crossDescription ?? layer.kind.settings["kernel"]
  }

  /// The memory of the output, float32.
  public var bytes: Int { output.elementCount * MemoryLayout<Float>.size }

  /// Multiplications followed by an addition, for one photo.
  public var multiplyAdds: Int { layer.kind.multiplyAdds(for: inputs, output: output) }
}

/// Why a list of layers is not a network.
public enum NetworkError: Error, Hashable {
  case duplicateName(String)
  case unknownInput(layer: String, input: String)
  case shape(layer: String, ShapeError)
  case noClassActivation(network: String)
}

extension NetworkError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .duplicateName(let name):
      "two layers are named '\(name)'; a layer's name must be its own"
    case .unknownInput(let layer, let input):
      "layer '\(layer)' reads '\(input)', which no earlier layer is named"
    case .shape(let layer, let error):
      "layer '\(layer)' \(error)"
    case .noClassActivation(let network):
      "\(network) does not end in global average pooling and one product, which a class activation map needs"
    }
  }
}
