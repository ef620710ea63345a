/// What there is, for an error about a name that there is not.
package enum NearestNames {
  /// The end of the error's sentence: `; there are: width, height. Did you mean 'width'?`, the nearest first.
  /// - Parameter lead: what is said of the names instead of `there are`.
  package static func suggestion(
    for name: String, among known: some Collection<String>, lead: String? = nil
  ) -> String {
    let shown = 10
    let name = String(name.prefix(64))
    let nearest =
      known.map { (name: $0, distance: edits(from: name, to: $0)) }
      .sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }
    guard let first = nearest.first else { return "; there are none" }
    let lead = lead ?? (nearest.count == 1 ? "there is" : "there are")
    let list = nearest.prefix(shown).map(\.name).joined(separator: ", ")
    let more = nearest.count > shown ? " and \(nearest.count - shown) more" : ""
    let isNear = first.distance <= max(1, name.count / 2)
    return "; \(lead): \(list)\(more)" + (isNear ? ". Did you mean '\(first.name)'?" : "")
  }

  /// How many letters must be changed, put in or left out to make one name of the other: Levenshtein's distance.
  package static func edits(from name: String, to target: String) -> Int {
    let target = Array(target)
    var row = Array(0...target.count)
    for (i, letter) in name.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, other) in target.enumerated() {
        let changed = diagonal + (letter == other ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(changed, row[j] + 1, diagonal + 1)
      }
    }
    return row[target.count]
  }
}
