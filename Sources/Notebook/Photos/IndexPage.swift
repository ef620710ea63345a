import Plot

/// The page over the reports of many photos, `index.html`.
public struct IndexPage: Sendable {
  private let entries: [PhotoEntry]
  private let failures: [String]
  private let model: String
  /// Whether the photos have maps over them.
  private let hasMaps: Bool
  private let words: Words
  private let layout: Layout

  /// - Parameter failures: a sentence for each photo that has no complete report.
  public init(
    _ entries: [PhotoEntry], failures: [String], model: LoadedModel, words: Words, layout: Layout
  ) {
    self.entries = entries
    self.failures = failures
    self.model = model.model.title
    hasMaps = model.head != nil
    self.words = words
    self.layout = layout
  }

  public func file() -> ReportFile {
    let fields: Fields = [
      "language": words.language.rawValue, "style": layout.style, "script": layout.indexScript,
      "words": Fields(words.labels(prefix: "index.")),
      "title": words.label(
        "index.title", ["count": "\(entries.count + failures.count)", "model": model]),
      "photos": entries.enumerated().map { index, entry in
        [
          "order": "\(index)", "page": "\(entry.folder.relativeAddress)/index.html",
          "thumbnail": "\(entry.folder.relativeAddress)/\(ThumbnailExporter.fileName)",
          "name": entry.fileName, "label": entry.label,
          "alt": words.label("alt.overlay", ["label": entry.label]),
          "percent": Formatted.percent(entry.probability), "probability": "\(entry.probability)",
        ] as Fields
      },
      "classes": Dictionary(grouping: entries, by: \.label).sorted { $0.key < $1.key }.map {
        ["label": $0.key, "count": "\($0.value.count)"] as Fields
      },
      "colors": hasMaps ? Colormap.jet.gradient : nil,
      "has_failures": !failures.isEmpty, "failures": failures,
    ]
    return ReportFile(name: "index.html") { layout.indexPage.bytes(fields) }
  }
}
