import Templates

/// What there is to name in templates, as camreport's own have it.
package struct WordsReference {
  /// An entry of the words; a short text is a label.
  package struct Entry {
    package let key: String
    package let isLabel: Bool
    /// The fields that the title and prose name.
    package let fields: Set<String>
    /// The fields that the sentence about the result names.
    package let resultFields: Set<String>
  }

  /// The entries of the first language, in their order, with the fields of all languages.
  package let entries: [Entry]
  /// The pages' layouts, with their fields.
  package let layouts: [(file: String, fields: Set<String>)]

  package init() {
    let known = KnownWords([])
    entries = Words.parts(TemplateFiles.ownText(Language.english.fileName)).map { part in
      let (plan, result) = known.fields(of: part.key)
      return Entry(key: part.key, isLabel: part.isLabel, fields: plan, resultFields: result)
    }
    layouts = Templates.files.keys.filter { $0.hasSuffix(".mustache") }.sorted().map {
      ($0, TemplateSource.fields(TemplateFiles.ownText($0)))
    }
  }
}
