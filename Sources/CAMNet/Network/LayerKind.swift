/// What a layer kind states about itself. A new kind is one file that conforms, one case of ``Operation``, one line.
///
/// `inputs` are always the shapes (or tensors) of the layer's inputs, in order, activations as NHWC.
public protocol LayerKind: Sendable, Hashable {
  /// The operation's name in run records, snake_case: `depthwise_convolution`.
  var operation: String { get }

  /// All names that ``operation`` can have.
  static var operations: [String] { get }

  /// What the layer itself fixes, whatever its input: `["kernel": "3×3", "stride": "2"]`.
  var settings: [String: String] { get }

  /// The window that slides over the input, of a layer that has one.
  var slidingWindow: Window? { get }

  func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape

  /// The parameters the layer needs: role and canonical shape (kernels HWIO, products in × out).
  func parameters(for inputs: [Shape]) -> [(role: ParameterRole, shape: Shape)]

  /// The output-size arithmetic along height and width; empty where the layer slides no window.
  func arithmetic(for inputs: [Shape]) -> [OutputSize]

  /// Multiplications followed by an addition, for one input.
  func multiplyAdds(for inputs: [Shape], output: Shape) -> Int

  /// The layer as an expression in the style of TensorFlow's Python, over the names of its inputs.
  func expression(_ inputs: [String]) -> String

  /// The layer's output. Inputs and parameters have the shapes stated above: ``Network`` and loading checked them.
  func forward(_ inputs: [Tensor], parameters: LayerParameters, output: Shape) -> Tensor
}

/// A layer kind that gains from having its weights made ready, and from a choice of kernels.
protocol PreparedLayerKind: LayerKind {
  func prepared(
    for inputs: [Shape], parameters: LayerParameters, output: Shape, _ options: ExecutionOptions
  ) -> any PreparedLayer
}

extension LayerKind {
  public var settings: [String: String] { [:] }
  public var slidingWindow: Window? { nil }
  public func parameters(for inputs: [Shape]) -> [(role: ParameterRole, shape: Shape)] { [] }
  public func arithmetic(for inputs: [Shape]) -> [OutputSize] { [] }
  public func multiplyAdds(for inputs: [Shape], output: Shape) -> Int { 0 }
}

/// The layer kinds there are. ``kind`` holds the only switch over them.
public enum Operation: Sendable, Hashable {
  case channels(ChannelSlice)
  case rescale(Rescale)
  case concat(Concat)
  case convolution(Convolution)
  case maxPooling(MaxPooling)
  case biasAdd(BiasAdd)
  case add(Add)
  case globalAveragePooling(GlobalAveragePooling)
  case dropout(Dropout)
  case dense(Dense)

  private static let kinds: [any LayerKind.Type] = [
    ChannelSlice.self, Rescale.self, Concat.self, Convolution.self, MaxPooling.self, BiasAdd.self,
    Add.self, GlobalAveragePooling.self, Dropout.self, Dense.self,
  ]

  /// The names of all operations there are.
  public static let names = Set(kinds.flatMap { $0.operations })

  public var kind: any LayerKind {
    switch self {
    case .channels(let kind): kind
    case .rescale(let kind): kind
    case .concat(let kind): kind
    case .convolution(let kind): kind
    case .maxPooling(let kind): kind
    case .biasAdd(let kind): kind
    case .add(let kind): kind
    case .globalAveragePooling(let kind): kind
    case .dropout(let kind): kind
    case .dense(let kind): kind
    }
  }
}
