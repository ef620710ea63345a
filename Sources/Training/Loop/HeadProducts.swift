import CAMNet

/// A head that is one product, of all photos of a batch at once, by OpenBLAS: features × weights + biases, and back.
struct HeadProducts: TrainedPasses {
  private let library: OpenBLAS
  /// The product's layer, and the layer that gives its features.
  private let head: Layer
  private let features: String

  /// Nil where the trained part is more than one product, or there is no OpenBLAS.
  init?(_ part: TrainedPart) {
    guard let head = part.product, let features = part.keptLayers.first,
      head.weightsSlice == nil, let library = OpenBLAS.shared
    else { return nil }
    self.library = library
    self.head = head
    self.features = features
  }

  func logits(
    _ photos: [FeatureStore.Features], _ values: VariableValues, done: () throws -> Void
  ) throws -> [[Float]] {
    let rows = logits(matrix(photos), values)
    for _ in photos { try done() }
    return rows
  }

  func gradients(
    _ photos: [FeatureStore.Features], _ values: VariableValues,
    seed: (_ photo: Int, _ logits: [Float]) -> [Float], done: () throws -> Void
  ) throws -> [ParameterName: Tensor] {
    let features = matrix(photos)
    let seeds = logits(features, values).enumerated().map { seed($0.offset, $0.element) }
    let classes = seeds.first?.count ?? 0
    var gradients: [ParameterName: Tensor] = [:]
    let (width, weights) = (features.shape[1], head.parameterName(.weights))
    if values[weights] != nil {
      gradients[weights] = Tensor(shape: [width, classes]) { target in
        features.withUnsafeElements { features in
          Array(seeds.joined()).withUnsafeBufferPointer { seeds in
            guard let features = features.baseAddress, let seeds = seeds.baseAddress,
              let target = target.baseAddress
            else { return }
            library.product(
              .init(values: features, rows: photos.count, columns: width, isTransposed: true),
              .init(values: seeds, rows: photos.count, columns: classes), into: target)
          }
        }
      }
    }
    let biases = head.parameterName(.biases)
    if values[biases] != nil {
      var sums = [Float](repeating: 0, count: classes)
      for seed in seeds {
        for index in sums.indices { sums[index] += seed[index] }
      }
      gradients[biases] = Tensor(shape: [classes], sums)
    }
    for _ in photos { try done() }
    return gradients
  }

  /// The features of photos, a row each.
  private func matrix(_ photos: [FeatureStore.Features]) -> Tensor {
    let rows = photos.compactMap { $0.outputs[features] }
    let width = rows.first?.count ?? 0
    return Tensor(shape: [rows.count, width]) { target in
      for (number, row) in rows.enumerated() {
        row.withUnsafeElements { elements in
          guard let source = elements.baseAddress, let target = target.baseAddress else { return }
          (target + number * width).initialize(from: source, count: width)
        }
      }
    }
  }

  private func logits(_ features: Tensor, _ values: VariableValues) -> [[Float]] {
    guard let weights = values[head.parameterName(.weights)], features.count > 0 else { return [] }
    let (rows, width, classes) = (features.shape[0], features.shape[1], weights.shape[1])
    let product = Tensor(shape: [rows, classes]) { target in
      features.withUnsafeElements { features in
        weights.withUnsafeElements { weights in
          guard let features = features.baseAddress, let weights = weights.baseAddress,
            let target = target.baseAddress
          else { return }
          library.product(
            .init(values: features, rows: rows, columns: width),
            .init(values: weights, rows: width, columns: classes), into: target)
        }
      }
    }
    let biases = values[head.parameterName(.biases)]?.elements
    let elements = product.elements
    return (0..<rows).map { row in
      let own = elements[row * classes..<(row + 1) * classes]
      return biases.map { zip(own, $0).map { $0 + $1 } } ?? Array(own)
    }
  }
}
