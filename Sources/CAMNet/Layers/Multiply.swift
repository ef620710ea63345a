/// Feature maps times others of their shape, value by value, or times one number a channel, (1, 1, 1, channels): the gate of Hu et
/// al., "Squeeze-and-Excitation Networks", 2018.
public struct Multiply: LayerKind {
  public init() {}

  public static let operations = ["multiply"]
  public var operation: String { "multiply" }

  public var look: LayerLook { LayerLook("multiply") }

  public var neighborhood: Neighborhood { .place }

  /// `gated`: whether the second input has one number a channel.
  public func facts(_ shapes: LayerShapes) -> [String: LayerFact] {
    ["gated": .flag(shapes.inputs[0] != shapes.inputs[1])]
  }

  public func outputShape(of inputs: [Shape]) throws(ShapeError) -> Shape {
    guard inputs.count == 2 else { throw .inputCount(expected: 2, found: inputs.count) }
    let (maps, gate) = (inputs[0], inputs[1])
    guard maps == gate || (maps.rank == 4 && gate == [maps[0], 1, 1, maps[3]]) else {
      throw .differentShapes(maps, gate)
    }
    return maps
  }

  public func expression(_ inputs: [String]) -> String {
    inputs.joined(separator: " * ")
  }

  public func forward(_ inputs: [Tensor], parameters: LayerParameters, output: Shape) -> Tensor {
    product(inputs[0], inputs[1], KernelSet.current)
  }

  public func backward(_ gradient: Tensor, _ call: LayerCall, wanting: Wanted) -> LayerGradients {
    guard wanting.contains(.inputs) else { return LayerGradients() }
    let (maps, gate) = (call.inputs[0], call.inputs[1])
    let second = product(gradient, maps, call.options.kernels)
    return LayerGradients(inputs: [
      product(gradient, gate, call.options.kernels),
      maps.shape == gate.shape ? second : second.channelSums().reshaped(gate.shape),
    ])
  }

  private func product(_ maps: Tensor, _ factors: Tensor, _ kernels: KernelSet) -> Tensor {
    guard maps.shape != factors.shape else {
      // Value by value: all values are the channels of one pixel.
      return Tensor(shape: maps.shape) { destination in
        maps.withUnsafeElements { maps in
          factors.withUnsafeElements { factors in
            parallel(over: Split(maps.count, limit: 16_384)) { part in
              guard let maps = maps.baseAddress, let factors = factors.baseAddress,
                let target = destination.baseAddress
              else { return }
              kernels.table.pointee.scale(
                maps + part.lowerBound, part.count, factors + part.lowerBound, nil, -.infinity,
                .infinity, target + part.lowerBound, part.count, 1, part.count)
            }
          }
        }
      }
    }
    return maps.scalingChannels(
      by: factors, adding: nil, range: -.infinity ... .infinity, kernels)
  }
}
