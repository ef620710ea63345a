/// A check as a page, `index.html`: what differs, and every layer as it was and is.
public struct CheckPage: Sendable {
  private let check: LockCheck
  private let words: Words
  private let layout: Layout

  public init(_ check: LockCheck, words: Words, layout: Layout) {
    self.check = check
    self.words = words
    self.layout = layout
  }

  /// The folder of a model's report, beside the page.
  public static func folder(_ model: String) -> String { model }

  public func file() -> ReportFile {
    let agreeing = check.models.count { $0.differences.isEmpty }
    let counts: Fields = ["count": "\(agreeing)", "total": "\(check.models.count)"]
    let fields: Fields = [
      "language": words.language.rawValue, "style": layout.style,
      "words": Fields(words.labels(prefix: "check.")),
      "title": words.label("check.title", counts),
      "summary": words.label(
        check.agrees ? "check.agree" : "check.differ", ["file": check.file]),
      "models": check.models.map(modelFields),
    ]
    let page = layout.checkPage.bytes(fields)
    return ReportFile(name: "index.html") { page }
  }

  private func modelFields(_ model: LockCheck.ModelCheck) -> Fields {
    [
      "name": model.name,
      "differences": model.differences.map { difference in
        [
          "headline": difference.headline, "details": difference.details,
          "followers": difference.followersLine ?? "",
        ] as Fields
      },
      "layers": layerFields(model),
      "state": model.differences.isEmpty ? words.label("check.as_locked") : nil,
      "report": model.report.map { _ in "\(Self.folder(model.name))/index.html" },
    ]
  }

  /// The layers there are, in order, then those that are gone.
  private func layerFields(_ model: LockCheck.ModelCheck) -> [Fields] {
    let now = model.now?.layers ?? []
    let names = Set(now.map(\.name))
    let rows = now.map(\.name) + model.was.layers.map(\.name).filter { !names.contains($0) }
    let (shapesWere, shapesAre) = (Self.shapes(model.was.layers), Self.shapes(now))
    var what: [String: String] = [:]
    for difference in model.differences.reversed() {
      let follows = words.label(
        "check.follows", ["layer": difference.layer ?? difference.model])
      for follower in difference.followers { what[follower] = follows }
      if let layer = difference.layer { what[layer] = difference.headline }
    }
    return rows.map { name in
      [
        "name": name, "differs": what[name] != nil, "what": what[name] ?? "",
        "was": shapesWere[name] ?? "–", "is": shapesAre[name] ?? "–",
      ]
    }
  }

  private static func shapes(_ layers: [LockedLayer]) -> [String: String] {
    Dictionary(
      layers.map { ($0.name, "\($0.outputShape)") }, uniquingKeysWith: { first, _ in first })
  }
}
