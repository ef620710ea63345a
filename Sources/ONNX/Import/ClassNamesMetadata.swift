/// The classes' names that an ONNX file says beside its graph, as Ultralytics and RapidAI write them.
enum ClassNamesMetadata {
  /// The names in the order of `count` outputs; nil where the texts say none, or not as many.
  static func names(_ texts: [String: String], count: Int) -> [String]? {
    if let text = texts["names"], let names = ofDictionary(text), names.count == count {
      return names
    }
    let lines = texts["character"]?.split(separator: "\n").map(String.init)
    return lines?.count == count ? lines : nil
  }

  /// The names of a dictionary by numbers, as Python or JSON writes it: `{0: 'cat', 1: "dog's"}`; nil where a number is missing.
  private static func ofDictionary(_ text: String) -> [String]? {
    var names: [Int: String] = [:]
    for match in text.matches(
      of: /["']?(\d+)["']?\s*:\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')/)
    {
      guard let number = Int(match.1), let name = (match.2 ?? match.3).map(String.init) else {
        continue
      }
      names[number] = name.replacing(/\\(.)/) { String($0.1) }
    }
    let list = (0..<names.count).compactMap { names[$0] }
    return list.isEmpty || list.count < names.count ? nil : list
  }
}
