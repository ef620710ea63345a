import CAMNet

/// Names for layers: their modules' paths as Python has names, `layer1_0_conv1` of `layer1.0.conv1`, each once.
struct LayerNames {
  private var used: Set<String>
  private let reserved: Set<String>
  /// The module paths that lie inside of others.
  private let parents: Set<String>
  private var taken: Set<String> = []
  private let blocks: ModuleBlocks

  /// - Parameters:
  ///   - nodes: all nodes that become layers.
  ///   - reserved: names that are not to be given.
  init(_ nodes: [ONNXFile.Node], reserved: Set<String>) {
    used = []
    self.reserved = reserved
    var parents: Set = [""]
    for node in nodes {
      let parts = (ModuleName(node).path ?? "").split(
        separator: ".", omittingEmptySubsequences: false)
      for count in 1..<max(parts.count, 1) {
        parents.insert(parts.prefix(count).joined(separator: "."))
      }
    }
    self.parents = parents
    blocks = ModuleBlocks(nodes)
  }

  /// A layer's name, what the file calls it, and the block that it stands in.
  /// - Parameter value: the value's name, for a node without a module.
  mutating func name(
    _ node: ONNXFile.Node, value: String
  ) -> (name: String, source: String, block: ModuleBlocks.Block?) {
    let path = ModuleName(node).path
    // The operation of a module that holds others, or a second one of a module, is called by what it does.
    let isModule = path.map { !parents.contains($0) && taken.insert($0).inserted } ?? false
    let last = node.operation.lowercased()
    let source: String
    if let path {
      source = isModule ? path : path.isEmpty ? last : "\(path).\(last)"
    } else {
      source = node.name.isEmpty ? value : node.name
    }
    return (unique(source, otherwise: last), source, path.flatMap(blocks.block))
  }

  /// A Python name of `text` that no other layer has.
  mutating func unique(_ text: String, otherwise: String = "layer") -> String {
    var name = ""
    for byte in text.utf8.prefix(80) {
      let letter = Character(Unicode.Scalar(byte))
      let isLetter = byte < 0x80 && (letter.isLetter || letter.isNumber)
      if isLetter { name.append(letter) } else if !name.hasSuffix("_") { name.append("_") }
    }
    name = String(name.drop { $0 == "_" })
    while name.hasSuffix("_") { name.removeLast() }
    if name.isEmpty { name = otherwise }
    if !PythonName.isValid(name) { name = "n_\(name)" }
    // As Python's own style has it for a name that something else needs.
    if reserved.contains(name) { name += "_" }
    var result = name
    var count = counts[name] ?? 1
    while !used.insert(result).inserted {
      count += 1
      result = "\(name)_\(count)"
    }
    counts[name] = count
    return result
  }

  /// How many layers there are of a name, so that the next is found at once.
  private var counts: [String: Int] = [:]
}
