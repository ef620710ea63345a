/// What a layer kind states about itself. A kind is one file that conforms to this, and a line of ``LayerKinds/all``.
///
/// `inputs` are always the shapes (or tensors) of the layer's inputs, in order, activations as NHWC.
public protocol LayerKind: Sendable, Hashable {
  /// The operation's name in run records, snake_case: `depthwise_convolution`.
  var operation: String { get }

  /// All names that ``operation`` can have.
  static var operations: [String] { get }

  /// What the layer itself fixes, whatever its input: `["kernel": "3×3", "stride": "2"]`.
  var settings: [String: String] { get }

  /// How tables and drawings show the layer.
  var look: LayerLook { get }

  /// The key of words that operations of the kind share which have none of their own; nil where each has its own.
  var sharedWords: String? { get }

  /// What words about the layer may name beside what they may name of every layer, as values: `kernel`, `taps`, `strided`.
  /// The names are the same for every layer of the kind.
  func facts(_ shapes: LayerShapes) -> [String: LayerFact]

  /// What one place of the output reads of each input's places.
  var neighborhood: Neighborhood { get }

  func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape

  /// The parameters the layer needs: role and canonical shape (kernels HWIO, products in × out).
  func parameters(for inputs: [Shape]) -> [(role: ParameterRole, shape: Shape)]

  /// Multiplications followed by an addition, for one input.
  func multiplyAdds(for inputs: [Shape], output: Shape) -> Int

  /// The layer as an expression in the style of TensorFlow's Python, over the names of its inputs. A notebook runs it: its
  /// functions stand in `Templates/notebook.py`.
  func expression(_ inputs: [String]) -> String

  /// The layer's output. Inputs and parameters have the shapes stated above: ``Network`` and loading checked them.
  func forward(_ inputs: [Tensor], parameters: LayerParameters, output: Shape) -> Tensor

  /// Whether the layer is an operation of a file, computed plainly: its axes are in the file's order, its gradient is NaN, and no
  /// notebook runs its ``expression(_:)``.
  var isPlain: Bool { get }

  /// Whether the output is a matrix times the only input, and a constant added.
  var isAffine: Bool { get }

  /// Whether the output is the mean over all places of feature maps of this shape, channel by channel.
  func averagesAll(_ inputs: [Shape]) -> Bool

  /// In NumPy what a sum changes by with the first input, from what it changes by with the output, `gradient`; nil where notebooks do
  /// not compute it. The layer's parameters have the names that ``expression(_:)`` gives them.
  func gradientExpression(_ gradient: String, input: String, output: String) -> String?

  /// What a loss changes by with each input and parameter that is wanted, from what it changes by with the output, `gradient`,
  /// which has the output's shape. It has no default, so that no kind can be without one.
  func backward(_ gradient: Tensor, _ call: LayerCall, wanting: Wanted) -> LayerGradients
}

/// A layer kind that gains from having its weights made ready, and from a choice of kernels.
protocol PreparedLayerKind: LayerKind {
  func prepared(
    for inputs: [Shape], parameters: LayerParameters, output: Shape, _ options: ExecutionOptions
  ) -> any PreparedLayer
}

extension LayerKind {
  public var settings: [String: String] { [:] }
  public var isPlain: Bool { false }
  public var isAffine: Bool { false }
  public func averagesAll(_ inputs: [Shape]) -> Bool { false }
  public func gradientExpression(_ gradient: String, input: String, output: String) -> String? {
    nil
  }
  public var sharedWords: String? { nil }
  public func facts(_ shapes: LayerShapes) -> [String: LayerFact] { [:] }
  public func parameters(for inputs: [Shape]) -> [(role: ParameterRole, shape: Shape)] { [] }
  public func multiplyAdds(for inputs: [Shape], output: Shape) -> Int { 0 }

  /// The window that slides over the input; nil for a layer without one.
  public var slidingWindow: Window? {
    if case .window(let window) = neighborhood { window } else { nil }
  }

  /// The output-size arithmetic along height and width; empty where the layer slides no window over feature maps.
  public func arithmetic(for inputs: [Shape]) -> [OutputSize] {
    slidingWindow.flatMap { try? $0.arithmetic(for: inputs[0]) } ?? []
  }
}

/// What one place of a layer's output reads of an input's places, which its receptive field follows from.
public enum Neighborhood: Sendable, Hashable {
  /// The same place.
  case place
  /// The places under a window.
  case window(Window)
  /// All places.
  case whole
  /// Nobody says which places.
  case unknown
}

/// How a layer kind is shown where there is little room.
public struct LayerLook: Sendable, Hashable {
  /// What a layer does, which gives it its colour in drawings.
  public enum Family: String, Sendable, CaseIterable {
    case convolution, depthwise, pooling, dense, other
  }

  /// The operation in a narrow table: `conv`, `average pool`.
  public let shortName: String
  public let family: Family

  public init(_ shortName: String, _ family: Family = .other) {
    self.shortName = shortName
    self.family = family
  }
}

/// What words may say of a layer: a text, a number that each language writes its own way, or whether something is so.
public enum LayerFact: Sendable, Hashable {
  case text(String)
  case number(Int)
  case flag(Bool)
}
