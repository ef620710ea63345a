import CAMNet

/// `Dropout`: the input itself, and all of its places as kept. In training mode values are dropped by chance, as ONNX's reference
/// does it: by NumPy's generator from the node's seed.
public struct DropoutOperator: Operator {
  private let seed: Int

  public init(_ node: Attributes) throws(OperatorError) {
    seed = try node.integer("seed", default: 0)
  }

  public func infer(_ inputs: Operands) throws(OperatorError) -> [ValueType] {
    let input = try inputs.type(0)
    return [input, ValueType(input.shape, .boolean)]
  }

  public func evaluate(_ inputs: Operands, _ types: [ValueType]) throws(OperatorError) -> [Value] {
    let input = try inputs.value(0)
    let share = Double(try inputs.scalar(1) ?? 0.5)
    let trains = try inputs.scalar(2) ?? 0
    let count = input.shape.elementCount
    guard trains != 0, share > 0 else {
      let all = [Int](repeating: 1, count: count)
      return [input, .integers(.init(input.shape, all, isBoolean: true))]
    }
    var generator = MersenneTwister(seed: UInt32(truncatingIfNeeded: seed))
    let kept = (0..<count).map { _ in generator.nextDouble() >= share }
    let source = input.tensor
    let values = (0..<count).map { kept[$0] ? Float(Double(source[flat: $0]) / (1 - share)) : 0 }
    return [
      .floats(Tensor(shape: input.shape, values)),
      .integers(.init(input.shape, kept.map { $0 ? 1 : 0 }, isBoolean: true)),
    ]
  }
}

/// MT19937: Matsumoto and Nishimura, 1998, seeded and read as NumPy's `RandomState`.
private struct MersenneTwister {
  private var state: [UInt32]
  private var next = 624

  init(seed: UInt32) {
    state = [seed]
    for index in 1..<624 {
      let last = state[index - 1]
      state.append(1_812_433_253 &* (last ^ last >> 30) &+ UInt32(index))
    }
  }

  /// A number in [0, 1) of 53 random bits.
  mutating func nextDouble() -> Double {
    let (high, low) = (nextWord() >> 5, nextWord() >> 6)
    return (Double(high) * 0x1p26 + Double(low)) * 0x1p-53
  }

  private mutating func nextWord() -> UInt32 {
    if next == state.count { refill() }
    var word = state[next]
    next += 1
    word ^= word >> 11
    word ^= word << 7 & 0x9D2C_5680
    word ^= word << 15 & 0xEFC6_0000
    return word ^ word >> 18
  }

  private mutating func refill() {
    for index in state.indices {
      let mixed =
        state[index] & 0x8000_0000 | state[(index + 1) % state.count] & 0x7FFF_FFFF
      state[index] =
        state[(index + 397) % state.count] ^ mixed >> 1 ^ (mixed & 1 == 0 ? 0 : 0x9908_B0DF)
    }
    next = 0
  }
}

extension DropoutOperator: LayeredOperator {
  func layers(_ inputs: NodeInputs) throws(OperatorError) -> [FastLayer]? {
    guard let form = inputs.form, inputs.outputs.count == 1,
      try inputs.operands.scalar(2) ?? 0 == 0
    else { return nil }
    return [FastLayer(Dropout(), [(0, form)], output: form)]
  }
}
