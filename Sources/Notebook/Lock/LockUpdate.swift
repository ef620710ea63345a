extension LockCheck {
  /// The lock with what is now in the place of what was, for the models that could be checked.
  public func updated(_ lock: Lock) -> Lock {
    var lock = lock
    for model in models {
      if let now = model.now, now.run != nil || model.was.run == nil {
        lock.models[model.name] = now
      }
    }
    return lock
  }

  /// The lock with only those layers added that it does not have, each behind the layer it stands behind now.
  public func addingNew(_ lock: Lock) -> Lock {
    var lock = lock
    for model in models {
      guard let now = model.now else { continue }
      var layers = model.was.layers
      var names = Set(layers.map(\.name))
      for (position, layer) in now.layers.enumerated() where names.insert(layer.name).inserted {
        let before = position > 0 ? now.layers[position - 1].name : nil
        let index = layers.firstIndex { $0.name == before }.map { $0 + 1 }
        layers.insert(layer, at: index ?? (position == 0 ? 0 : layers.count))
      }
      lock.models[model.name]?.layers = layers
    }
    return lock
  }
}
