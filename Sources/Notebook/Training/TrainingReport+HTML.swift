extension TrainingReport {
  func html() throws -> [UInt8] {
    let jpegs = PageJPEGs()
    let fields: Fields = [
      "language": words.language.rawValue, "version": version, "style": layout.style,
      "title": document.title, "headline": Markdown.inlineHTML(document.headline),
      "words": Fields(words.labels(prefix: "page.")),
      "warnings": document.warnings.map(Markdown.html),
      "sections": try document.sections.map { section in
        [
          "id": section.key, "title": section.title,
          "blocks": try section.blocks.map { try blockFields($0, jpegs) },
        ] as Fields
      },
    ]
    return layout.trainingPage.bytes(fields)
  }

  private func blockFields(_ block: TrainingDocument.Block, _ jpegs: PageJPEGs) throws -> Fields {
    switch block {
    case .text(let text): return ["text": Markdown.html(text)]
    case .code(let code): return ["code": code]
    case .table(let table): return ["table": table.fields]
    case .figure(let figure):
      let picture = try figure.pagePicture(jpegs)
      return [
        "figure": [
          "source": picture.address, "width": "\(picture.width)", "height": "\(picture.height)",
          "alt": figure.alternativeText, "caption": figure.caption,
        ] as Fields
      ]
    }
  }
}
