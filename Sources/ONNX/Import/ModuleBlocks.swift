/// The parts that a network's code consists of: modules of a few layers each, `layer1.0`, and not those of one layer or of many.
struct ModuleBlocks {
  struct Block {
    let path: String
    /// What class the module is, `BasicBlock`; nil where the file does not say it.
    let kind: String?
  }

  /// More layers with weights than these make no part that is looked at as one.
  private static let most = 8

  /// The names of the modules that each module holds.
  private var children: [String: Set<Substring>] = [:]
  /// How many layers with weights each module holds.
  private var weighted: [String: Int] = [:]
  private var kinds: [String: String] = [:]

  init(_ nodes: [ONNXFile.Node]) {
    for node in nodes {
      guard let path = ModuleName(node).path, !path.isEmpty else { continue }
      let parts = path.split(separator: ".", omittingEmptySubsequences: false)
      let isWeighted = ["Conv", "Gemm", "MatMul"].contains(node.operation)
      for count in 0..<parts.count {
        let holder = parts.prefix(count).joined(separator: ".")
        children[holder, default: []].insert(parts[count])
        if isWeighted { weighted[holder, default: 0] += 1 }
      }
      for (scope, kind) in zip(
        node.scopes?.pythonList ?? [], (node.classes?.pythonList ?? []))
      where !scope.isEmpty && kinds[scope] == nil {
        kinds[scope] = kind.split(separator: ".").last.map(String.init)
      }
    }
  }

  /// The part that a module belongs to; nil for one that stands in the network itself.
  func block(_ path: String) -> Block? {
    let parts = path.split(separator: ".", omittingEmptySubsequences: false)
    var found = ""
    for count in 1..<max(parts.count + 1, 1) {
      let holder = parts.prefix(count).joined(separator: ".")
      guard let inner = children[holder] else { break }
      found = holder
      let areNumbered = inner.allSatisfy { Int($0) != nil }
      guard areNumbered || weighted[holder, default: 0] > Self.most else { break }
    }
    return found.isEmpty ? nil : Block(path: found, kind: kinds[found])
  }
}
