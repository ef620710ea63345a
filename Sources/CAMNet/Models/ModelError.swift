/// Why a model cannot be had, or a weights file does not serve it.
public enum ModelError: Error, Equatable {
  case unknownModel(String, known: [String])
  case noKnownModel(source: String, names: [String])
  /// Weights of a network that is in a file of its own.
  case otherNetwork(source: String, model: String)
  /// Weights that hold more than a network has parameters.
  case leftOver(source: String, model: String, names: [String])
  case noEmbeddedWeights(String)
  /// Options about the preparation of photos for a network that says it itself.
  case preparesItself(String)
  case doesNotFit(source: String, model: String, [Mismatch], of: Int)

  /// One parameter that a file does not hold as the network needs it; shapes in the file's axis order.
  public enum Mismatch: Sendable, Equatable {
    case missing(name: String, needed: Shape)
    case shape(name: String, found: Shape, needed: Shape)
    case nonFinite(name: String, count: Int, of: Int)
  }
}

extension ModelError: CustomStringConvertible {
  /// How PyTorch writes a network with its weights.
  private static let export = "torch.onnx.export(model.eval(), x, \"net.onnx\")"

  public var description: String {
    switch self {
    case .unknownModel(let name, let known):
      "there is no model '\(name)'; the models are \(known.joined(separator: " and "))"
    case .noKnownModel(let source, let names):
      "\(source): holds the weights of no model that camreport knows (its first names: "
        + "\(names.joined(separator: ", "))); see 'camreport weights inspect'. Other networks come as ONNX, \(Self.export)"
    case .otherNetwork(let source, let model):
      "\(source): holds weights of the network '\(model)', which is in a file of its own: name that with --model"
    case .leftOver(let source, let model, let names):
      "\(source): holds \(names.count) array\(names.count == 1 ? "" : "s") that \(model) has no place for ("
        + names.prefix(3).joined(separator: ", ") + (names.count > 3 ? ", …" : "")
        + "), so that it is another network's; export that as ONNX, \(Self.export)"
    case .noEmbeddedWeights(let name) where name != Model.vgg16CAM.name:
      "\(name) needs a weights file: --weights FILE, a state_dict that torch.save or safetensors wrote, or "
        + "--weights synthetic:SEED, which makes weights up from a formula"
    case .noEmbeddedWeights(let name):
      """
      \(name) needs a weights file, which is too large to come with camreport: --weights vgg16CAM.npy, \
      a NumPy file holding a pickled dictionary {layer: {'weights': array, 'biases': array}} with the \
      layers conv1_1 … conv5_3 (3×3×in×out), CAM_conv (3×3×256×1024) and CAM_fc (1024×1000); \
      .npz and .safetensors files with names such as conv1_1/weights serve too, and \
      --weights synthetic:SEED makes weights up from a formula
      """
    case .preparesItself(let title):
      "\(title) prepares photos as it was trained; how they are prepared can be said for networks from files"
    case .doesNotFit(let source, let model, let mismatches, let count):
      Self.lines(source: source, model: model, mismatches, of: count).joined(separator: "\n")
    }
  }

  fileprivate static func lines(
    source: String, model: String, _ mismatches: [Mismatch], of count: Int
  ) -> [String] {
    guard mismatches.count > 1 else {
      return ["\(source): " + (mismatches.first.map { $0.describe(model: model) } ?? "")]
    }
    let shown = 40
    let list = mismatches.prefix(shown).map { "  - " + $0.describe(model: model) }
    let more = mismatches.count > shown ? ["  - and \(mismatches.count - shown) more"] : []
    return [
      "\(source): \(mismatches.count) of the \(count) parameters of \(model) do not fit:"
    ] + list + more
  }
}

extension Error {
  /// The error's sentence; where it goes on in a list, that line by line.
  package var lines: [String] {
    if case .doesNotFit(let source, let model, let mismatches, let count)? = self as? ModelError {
      ModelError.lines(source: source, model: model, mismatches, of: count)
    } else {
      ["\(self)"]
    }
  }
}

extension ModelError.Mismatch {
  func describe(model: String) -> String {
    switch self {
    case .missing(let name, let needed):
      "'\(name)' is missing; \(model) needs it as \(needed.crossDescription)"
    case .shape(let name, let found, let needed):
      "'\(name)' is \(found.crossDescription); \(model) needs \(needed.crossDescription)"
    case .nonFinite(let name, let count, let total):
      "'\(name)' has \(count) of \(total) values that are NaN or infinite; "
        + "export the weights again from a run that did not diverge"
    }
  }
}
