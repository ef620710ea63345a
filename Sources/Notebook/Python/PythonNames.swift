import CAMNet

/// The names that a notebook's functions have and call.
enum PythonNames {
  /// The functions and modules of `notebook.py`, and what they call.
  static let functions: Set<String> = {
    let code = TemplateFiles.ownText("notebook.py")
    let imports = code.split(separator: "\n").filter {
      $0.hasPrefix("import ") || $0.hasPrefix("from ")
    }
    return called(in: code).union(imports.flatMap { words(in: String($0)) })
  }()

  /// The names that are called, or defined, as functions and not as methods: `relu` and `conv2d` of `relu(conv2d(x))`.
  static func called(in code: String) -> Set<String> {
    Set(scan(code).filter { $0.isCalled && !$0.isMember }.map(\.word))
  }

  /// All names in the code but those of members: `a` and `T` of `a.b + T`.
  static func words(in code: String) -> Set<String> {
    Set(scan(code).filter { !$0.isMember }.map(\.word))
  }

  private static func scan(_ code: String) -> [(word: String, isMember: Bool, isCalled: Bool)] {
    var found: [(word: String, isMember: Bool, isCalled: Bool)] = []
    let bytes = Array(code.utf8)
    var start: Int?
    for index in 0...bytes.count {
      let byte = index < bytes.count ? bytes[index] : 0
      if isPartOfName(byte) {
        start = start ?? index
      } else if let first = start {
        start = nil
        found.append(
          (
            String(decoding: bytes[first..<index], as: UTF8.self),
            first > 0 && bytes[first - 1] == UInt8(ascii: "."), byte == UInt8(ascii: "(")
          ))
      }
    }
    return found
  }

  private static func isPartOfName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }
}

extension ParameterRole {
  /// The name that a notebook's cell gives a parameter of this role: `W` of `conv2d(x, W)`.
  var variable: String {
    switch self {
    case .weights: "W"
    case .biases: "b"
    case .scale: "gamma"
    case .shift: "beta"
    case .mean: "mean"
    case .variance: "variance"
    }
  }
}
