/// What a parameter is to its layer.
public enum ParameterRole: String, Sendable, Hashable, CaseIterable {
  case weights, biases
  /// Batch normalization's γ, β, and the mean and variance it gathered in training.
  case scale, shift
  case mean, variance

  /// Whether fine-tuning changes it: the moving statistics are measured, not learned.
  public var isTrainable: Bool { self != .mean && self != .variance }

  /// Whether weight decay applies: to weights, not to biases or normalization.
  public var decays: Bool { self == .weights }
}

/// A parameter's identity, written `conv1_1/weights`.
public struct ParameterName: Sendable, Hashable, CustomStringConvertible {
  public let layer: String
  public let role: ParameterRole

  public init(layer: String, role: ParameterRole) {
    self.layer = layer
    self.role = role
  }

  public var description: String { "\(layer)/\(role.rawValue)" }
}

/// A parameter that a network needs, with its canonical shape: kernels HWIO, products in × out, the rest (channels,).
public struct ParameterDeclaration: Sendable, Hashable {
  public let name: ParameterName
  public let shape: Shape
}

/// A parameter's values: a tensor as its file holds it, and which of the tensor's axes each canonical axis is.
///
/// A file's axis order is kept, so that values can be used where they lie.
public struct Parameter: Sendable {
  /// The values in the file's own axis order.
  public let stored: Tensor
  /// `axes[i]` is the stored axis that canonical axis `i` is.
  public let axes: [Int]

  /// - Precondition: `axes` is a permutation of the tensor's axes.
  public init(stored: Tensor, axes: [Int]? = nil) {
    self.stored = stored
    self.axes = axes ?? Array(0..<stored.shape.rank)
    precondition(self.axes.sorted() == Array(0..<stored.shape.rank))
  }

  public var shape: Shape { Shape(axes.map { stored.shape[$0] }) }

  /// Whether the values already lie in canonical order, or differ only in where axes of extent 1 stand.
  var isCanonical: Bool {
    let moved = axes.filter { stored.shape[$0] > 1 }
    return moved == moved.sorted()
  }

  /// The values in canonical axis order, C order; copied only where the file has another.
  public var tensor: Tensor {
    isCanonical ? stored.reshaped(shape) : transposed
  }

  private var transposed: Tensor {
    var strides = [Int](repeating: 1, count: axes.count)
    for axis in stride(from: axes.count - 2, through: 0, by: -1) {
      strides[axis] = strides[axis + 1] * stored.shape[axis + 1]
    }
    let shape = shape
    let outer = shape.dimensions.indices.dropLast()
    let (columns, step) = (shape[shape.rank - 1], strides[axes[shape.rank - 1]])
    return Tensor(shape: shape) { destination in
      stored.withUnsafeElements { source in
        parallel(over: Split(shape.elementCount / columns, limit: 64)) { lines in
          guard let source = source.baseAddress, let target = destination.baseAddress else {
            return
          }
          for line in lines {
            var (rest, offset) = (line, 0)
            for axis in outer.reversed() {
              offset += rest % shape[axis] * strides[axes[axis]]
              rest /= shape[axis]
            }
            for column in 0..<columns {
              target[line * columns + column] = source[offset + column * step]
            }
          }
        }
      }
    }
  }
}

/// One layer's parameters, by role.
public struct LayerParameters: Sendable {
  var values: [ParameterRole: Parameter]
  /// The output channels of ``ParameterRole/weights`` that this layer uses; nil for all.
  var outputChannels: Range<Int>?

  public init(_ values: [ParameterRole: Parameter], outputChannels: Range<Int>? = nil) {
    self.values = values
    self.outputChannels = outputChannels
  }

  /// - Precondition: the layer declared `role`, so loading put it here.
  package subscript(role: ParameterRole) -> Parameter {
    guard let value = values[role] else {
      preconditionFailure("the layer declares no \(role.rawValue)")
    }
    return value
  }
}
