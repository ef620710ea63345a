import CAMNet

/// How a value of the graph lies in the tensor that a layer gives.
enum Form: Sendable, Hashable {
  /// As the graph has it.
  case own
  /// Feature maps that the graph has as (1, channels, height, width), as (1, height, width, channels).
  case maps
  /// One feature map that the graph has as (1, height, width), as (1, height, width, 1).
  case map
}

/// An operator as one of CAMNet's layers, which computes it fast and knows its gradient.
struct FastLayer {
  /// What the layer computes; nil where the value is the input itself, or lies as another does.
  let kind: (any LayerKind)?
  /// The node's inputs that the layer reads, by number, and how they are to lie.
  let inputs: [(index: Int, form: Form)]
  /// The node's inputs that are parameters, by role, and which of the file's axes each canonical axis is.
  var parameters: [(role: ParameterRole, index: Int, axes: [Int]?)] = []
  /// How the output lies.
  let output: Form

  init(
    _ kind: any LayerKind, _ inputs: [(index: Int, form: Form)],
    parameters: [(role: ParameterRole, index: Int, axes: [Int]?)] = [], output: Form
  ) {
    self.kind = kind
    self.inputs = inputs
    self.parameters = parameters
    self.output = output
  }

  /// A layer that reads feature maps and gives feature maps.
  static func maps(
    _ kind: any LayerKind, parameters: [(role: ParameterRole, index: Int, axes: [Int]?)] = []
  ) -> FastLayer {
    FastLayer(kind, [(0, .maps)], parameters: parameters, output: .maps)
  }

  /// The first input, which lies in a form, seen as the output, which lies in another.
  init(passing input: Form, as output: Form) {
    kind = nil
    inputs = [(0, input)]
    self.output = output
  }
}

/// What a node reads, as far as its layer depends on it.
struct NodeInputs {
  let operands: Operands
  /// How each input lies that depends on the picture; nil for one that does not, or is left out.
  let forms: [Form?]
  let outputs: [ValueType]

  /// Whether each input is the picture itself, but for a range of its values.
  var pictures: [Bool] = []

  /// How the first input lies.
  var form: Form? { form(0) }

  func form(_ index: Int) -> Form? { index < forms.count ? forms[index] : nil }

  func isConstant(_ index: Int) -> Bool { operands.has(index) && form(index) == nil }

  /// The shape of an input that lies as feature maps or could; nil where it does not depend on the picture or is none.
  func mapShape(_ index: Int = 0) -> Shape? {
    guard form(index) != nil, let shape = try? operands.shape(index), shape.rank == 4,
      shape[0] == 1
    else { return nil }
    return shape
  }

  /// The one number that a constant input holds, once or several times; nil where it holds others.
  func number(_ index: Int) -> Float? {
    guard isConstant(index), let type = try? operands.type(index), type.element == .float,
      (1...Self.mostRepeated).contains(type.shape.elementCount),
      let values = try? operands.tensor(index).elements, values.allSatisfy({ $0 == values[0] })
    else { return nil }
    return values[0]
  }

  /// The most values that are looked at to see whether they are one number.
  private static let mostRepeated = 4096
}

extension NodeInputs {
  /// The axis of the channels of an input of one picture: feature maps' or a row's; nil where it is something else.
  func channelAxis(_ index: Int) -> Int? {
    guard let form = form(index), let shape = try? operands.shape(index), shape.rank > 0,
      shape[0] == 1
    else { return nil }
    switch (form, shape.rank) {
    case (.maps, 4): return 1
    case (.own, 4), (.own, 2): return shape.rank - 1
    default: return nil
    }
  }
}

extension Shape {
  /// Whether the shape is that of one number for each channel of what lies in a form.
  func isByChannel(_ channels: Int, of form: Form) -> Bool {
    let extents = Array(dimensions.drop { $0 == 1 })
    let places = form == .maps ? [1, 1] : []
    return rank <= 4 && rank > places.count
      && (extents.isEmpty ? channels == 1 : extents == [channels] + places)
  }
}

/// An operator that CAMNet has layers for.
protocol LayeredOperator: Operator {
  /// The node's outputs as layers, one for each; nil where only the plain operation does what the node says.
  func layers(_ inputs: NodeInputs) throws(OperatorError) -> [FastLayer]?
}
