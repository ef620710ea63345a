import CAMNet

/// What an ONNX value is made of. Floats of every size are computed as float32, whole numbers of every size as `Int`.
public enum ElementType: Sendable, Hashable {
  case float, integer, boolean

  init(_ type: ScalarType) {
    self = type.isFloat ? .float : type == .bool ? .boolean : .integer
  }
}

/// What is known of a value before it is computed.
public struct ValueType: Sendable, Hashable {
  public let shape: Shape
  public let element: ElementType

  public init(_ shape: Shape, _ element: ElementType = .float) {
    self.shape = shape
    self.element = element
  }
}

/// A value of an ONNX graph.
public enum Value: Sendable {
  case floats(Tensor)
  case integers(IntegerArray)

  /// Whole numbers, or truth values as 0 and 1, with a shape.
  public struct IntegerArray: Sendable, Hashable {
    public let shape: Shape
    /// In C order.
    public let elements: [Int]
    public let isBoolean: Bool

    /// - Precondition: there are as many elements as the shape has places.
    public init(_ shape: Shape, _ elements: [Int], isBoolean: Bool = false) {
      precondition(elements.count == shape.elementCount)
      self.shape = shape
      self.elements = elements
      self.isBoolean = isBoolean
    }
  }

  /// A list of whole numbers.
  static func list(_ elements: [Int]) -> Value {
    .integers(IntegerArray([elements.count], elements))
  }

  /// The values of an array in a file.
  package init(_ array: StoredArray) throws(WeightsError) {
    if array.scalarType.isFloat {
      self = .floats(try array.tensor())
    } else {
      self = .integers(
        IntegerArray(array.shape, try array.integers(), isBoolean: array.scalarType == .bool))
    }
  }

  public var type: ValueType {
    switch self {
    case .floats(let tensor): ValueType(tensor.shape)
    case .integers(let array): ValueType(array.shape, array.isBoolean ? .boolean : .integer)
    }
  }

  public var shape: Shape { type.shape }

  /// The value as floats.
  var tensor: Tensor {
    switch self {
    case .floats(let tensor): tensor
    case .integers(let array): Tensor(shape: array.shape, array.elements.map(Float.init))
    }
  }

  /// The value as whole numbers in C order, floats without what stands behind the point.
  var integers: [Int] {
    switch self {
    case .floats(let tensor): tensor.elements.map(Int.init(clamping:))
    case .integers(let array): array.elements
    }
  }

  /// The elements in C order.
  public var numbers: [Double] {
    switch self {
    case .floats(let tensor): tensor.elements.map(Double.init)
    case .integers(let array): array.elements.map(Double.init)
    }
  }

  /// The same elements under another shape of as many.
  func reshaped(_ shape: Shape) -> Value {
    switch self {
    case .floats(let tensor): .floats(tensor.reshaped(shape))
    case .integers(let array):
      .integers(IntegerArray(shape, array.elements, isBoolean: array.isBoolean))
    }
  }

  /// The elements at some places, in their order, under another shape; -1 stands for `padding`.
  func gathered(_ places: [Int], _ shape: Shape, padding: Float = 0) -> Value {
    switch self {
    case .floats(let tensor):
      .floats(
        Tensor(shape: shape) { destination in
          tensor.withUnsafeElements { elements in
            for (index, place) in places.enumerated() {
              destination[index] = place < 0 ? padding : elements[place]
            }
          }
        })
    case .integers(let array):
      .integers(
        IntegerArray(
          shape, places.map { $0 < 0 ? Int(clamping: padding) : array.elements[$0] },
          isBoolean: array.isBoolean))
    }
  }
}

extension Value: Hashable {
  public static func == (one: Value, other: Value) -> Bool {
    switch (one, other) {
    case (.floats(let one), .floats(let other)):
      one.shape == other.shape && one.elements == other.elements
    case (.integers(let one), .integers(let other)): one == other
    default: false
    }
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(type)
  }
}
