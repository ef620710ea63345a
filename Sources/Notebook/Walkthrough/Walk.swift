import CAMNet

/// One photo's walk. What steps give to later ones stands here, under names.
package final class Walk {
  let model: LoadedModel
  let options: InputOptions
  let words: Words
  let photo: Photo
  /// The photo no larger than a page shows it.
  let pagePhoto: RGBImage
  /// The maps that the steps made, method by method and class by class, the most probable class first.
  var explanations: [Explanation] = []
  private var given: [String: Any] = [:]
  /// The name of the step that runs.
  package var running = ""

  package init(model: LoadedModel, options: InputOptions, words: Words, photo: Photo) {
    self.model = model
    self.options = options
    self.words = words
    self.photo = photo
    pagePhoto = photo.image.fitted(side: 1000)
  }

  /// A value's name, and what it is.
  package struct Key<Value>: Sendable {
    let name: String

    package init(_ name: String) {
      self.name = name
    }
  }

  package func give<Value>(_ value: Value, as key: Key<Value>) {
    given[key.name] = value
  }

  /// What an earlier step gave.
  /// - Throws: ``WalkthroughError/notGiven(name:step:)`` where none did.
  package func take<Value>(_ key: Key<Value>) throws(WalkthroughError) -> Value {
    guard let value = given[key.name] as? Value else {
      throw .notGiven(name: key.name, step: running)
    }
    return value
  }
}

extension Walk.Key {
  // What steps give and several others take; what only a method's own steps share stands with them.

  /// The photo as the network sees it, and where it lies on the photo.
  static var input: Walk.Key<PreparedInput> { .init("input") }
  /// The statistics of the input's pixels.
  static var inputStatistics: Walk.Key<TensorStatistics> { .init("input statistics") }
  /// The network's way, a layer at a time.
  static var pass: Walk.Key<ForwardPass> { .init("forward pass") }
  /// The feature maps that a class activation map weighs: (1, h, w, channels).
  static var features: Walk.Key<Tensor> { .init("features") }
  /// The means of the feature maps: (1, channels).
  static var pooled: Walk.Key<Tensor> { .init("pooled features") }
  /// The last layer's output: (1, classes).
  static var logits: Walk.Key<Tensor> { .init("logits") }
  /// The most probable classes, in order.
  static var predictions: Walk.Key<[LabelledPrediction]> { .init("predictions") }
}

/// Why a walk-through cannot be made or walked.
public enum WalkthroughError: Error, Equatable, CustomStringConvertible {
  case notGiven(name: String, step: String)
  case duplicateStep(String)
  case reservedName(layer: String)
  case overwrittenName(layer: String, by: String, reader: String)
  case duplicateMethod(String)
  case unknownMethod(String, known: [String])
  case noMap(method: String, reason: NetworkError)
  case noReceptiveField(layer: String)
  case noClasses(model: String)
  case noClass(Int, model: String, count: Int)

  public var description: String {
    switch self {
    case .notGiven(let name, let step):
      "step '\(step)' asks for '\(name)', which no earlier step gave"
    case .duplicateStep(let name):
      "two steps are named '\(name)'; a layer may not have a step's name, nor the input a layer's"
    case .reservedName(let layer):
      "layer '\(layer)' has the name of a function that notebooks call; give it another"
    case .overwrittenName(let layer, let other, let reader):
      "layer '\(layer)' has the name that notebooks give a parameter of '\(other)', and '\(reader)' "
        + "reads it after that; give it another"
    case .duplicateMethod(let name):
      "the method '\(name)' is asked for twice"
    case .unknownMethod(let name, let known):
      "there is no method '\(name)'; the methods are \(known.joined(separator: ", "))"
    case .noReceptiveField(let layer):
      "the places of '\(layer)' have no receptive fields of one size, one stride apart; "
        + "--placement center puts them at the middles of equal parts"
    case .noClasses(let model):
      "\(model) gives no classes, so that no photo's label has a loss or gradients"
    case .noClass(let label, let model, let count):
      "\(model) has no class \(label); it has \(count) class\(count == 1 ? "" : "es"), the first of "
        + "which is 0"
    case .noMap(let method, let reason):
      "the method '\(method)' makes no map: \(reason)"
    }
  }
}
