/// What is the same for every photo of one size, whatever the weights: shapes, and which tensor goes where and for how long.
struct ExecutionPlan: Sendable {
  struct Step: Sendable {
    let shapes: LayerShapes
    /// Which tensors the layer reads: 0 for the network's input, else a layer's number, from 1.
    let inputs: [Int]
    /// The tensors that no later layer reads.
    let released: [Int]
  }

  let steps: [Step]

  init(_ network: Network, size: InputSize) throws(NetworkError) {
    let shapes = try network.shapes(size: size)
    var numbers = [network.input: 0]
    var lastUse: [Int: Int] = [:]
    for (index, entry) in shapes.enumerated() {
      for name in entry.layer.inputs { lastUse[numbers[name] ?? 0] = index }
      numbers[entry.layer.name] = index + 1
    }
    steps = shapes.enumerated().map { index, entry in
      let inputs = entry.layer.inputs.map { numbers[$0] ?? 0 }
      return Step(
        shapes: entry, inputs: inputs, released: inputs.filter { lastUse[$0] == index })
    }
  }
}
