extension Executor {
  /// The outputs of the named layers for one square photo, in the names' order.
  /// - Precondition: the network has these layers.
  public func outputs(of names: [String], for image: RGBImage) throws(ExecutionError) -> [Tensor] {
    precondition(names.allSatisfy { name in network.layers.contains { $0.name == name } })
    var found: [String: Tensor] = [:]
    try run(image.tensor.reshaped(Network.inputShape(size: image.width)), measures: false) {
      event in
      if case .finished(let result) = event, names.contains(result.layer.name) {
        found[result.layer.name] = result.output
      }
    }
    return names.compactMap { found[$0] }
  }
}
