/// Weights and a photo made from a formula, bit for bit the same in any language: for checks and benchmarks without a
/// weights file.
///
///     value(tag, i) = float32(splitmix64(fnv1a64(tag) + i) >> 40) · 2⁻²³ − 1, in [−1, 1)
///     weights[i]    = value("<seed>/<layer>/weights", i) · √(6 / fanIn), in the canonical C order
///     biases[i]     = value("<seed>/<layer>/biases", i) · 0.1
///     image[i]      = uint8((value("<seed>/image", i) + 1) · 127.5)
///
/// splitmix64 and fnv1a64 are ``Mixing``'s.
public struct SyntheticWeights: Sendable {
  public let seed: String

  public init(seed: String) {
    self.seed = seed
  }

  /// All parameters of `model`, under the names and axes of its files.
  public func store(for model: Model) -> WeightsStore {
    let tensors = model.network.parameters.map { declaration in
      (
        model.layout.names(declaration.name),
        model.layout.fileTensor(of: declaration.name, tensor(declaration))
      )
    }
    return WeightsStore(source: "\(WeightsSource.synthetic(seed: seed))", tensors: tensors)
  }

  /// A photo of noise.
  public func image(width: Int, height: Int) -> RGBImage {
    let base = Mixing.fnv1a64("\(seed)/image")
    let pixels = (0..<width * height * 3).map { UInt8((value(base, $0) + 1) * 127.5) }
    return RGBImage(width: width, height: height, pixels: pixels)
  }

  private func tensor(_ declaration: ParameterDeclaration) -> Tensor {
    let base = Mixing.fnv1a64("\(seed)/\(declaration.name)")
    let (offset, scale) = range(declaration)
    return Tensor(shape: declaration.shape) { destination in
      for index in destination.indices {
        destination[index] = offset + value(base, index) * scale
      }
    }
  }

  /// Normalization stays near the identity, so that values neither vanish nor explode.
  private func range(_ declaration: ParameterDeclaration) -> (offset: Float, scale: Float) {
    switch declaration.name.role {
    case .weights:
      let fanIn = declaration.shape.dimensions.dropLast().reduce(1, *)
      return (0, Float((6 / Double(fanIn)).squareRoot()))
    case .biases, .shift, .mean: return (0, 0.1)
    case .scale, .variance: return (1, 0.1)
    }
  }

  private func value(_ base: UInt64, _ index: Int) -> Float {
    Float(Mixing.splitmix64(base &+ UInt64(index)) >> 40) * 0x1p-23 - 1
  }
}
