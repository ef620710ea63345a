/// The path of the module that a node stands in, as PyTorch's `named_modules()` has it: `layer1.0.conv1`.
struct ModuleName {
  /// Nil where the file does not say it, "" for the network itself.
  let path: String?

  init(_ node: ONNXFile.Node) {
    let weight = node.inputs.first { $0.hasSuffix(Self.ending) }
      .map { String($0.dropLast(Self.ending.count)) }
    if let scopes = node.scopes.flatMap(\.pythonList),
      scopes.count >= 2
    {
      // Where PyTorch's newer exporter folded a batch normalization, the scope is the normalization's, the weight the convolution's.
      let isProduct = node.operation == "Conv" || node.operation == "Gemm"
      path = isProduct ? weight ?? scopes[scopes.count - 2] : scopes[scopes.count - 2]
    } else if node.name.hasPrefix("/") {
      // PyTorch's older exporter: '/layer1/layer1.0/conv1/Conv'.
      path = Self.joined(node.name.split(separator: "/").dropLast().map(String.init))
    } else {
      path = weight
    }
  }

  private static let ending = ".weight"

  /// The parts of a path, of which one that goes on from the one before takes its place.
  private static func joined(_ parts: [String]) -> String {
    var kept: [String] = []
    for part in parts {
      if let last = kept.last, part.hasPrefix(last + ".") {
        kept[kept.count - 1] = part
      } else {
        kept.append(part)
      }
    }
    return kept.joined(separator: ".")
  }
}

extension String {
  /// The texts of a Python list: `['', 'layer1', 'layer1.0', 'conv2d']`; nil where it is none.
  var pythonList: [String]? {
    guard hasPrefix("["), hasSuffix("]") else { return nil }
    var texts: [String] = []
    var rest = dropFirst().dropLast()
    while let quote = rest.first(where: { $0 == "'" || $0 == "\"" }),
      let start = rest.firstIndex(of: quote)
    {
      rest = rest[rest.index(after: start)...]
      guard let end = rest.firstIndex(of: quote) else { return nil }
      texts.append(String(rest[..<end]))
      rest = rest[rest.index(after: end)...]
    }
    return texts
  }
}
