import CAMNet

extension RecordedPreparation {
  /// What words about the preparation may name: the preset that it is, if it is one, and what said it.
  var fields: Fields {
    var fields: Fields = ["numbers": numbers, "file": file ?? ""]
    for (name, preset) in Preparation.presets {
      fields[name] = preset.reading(preparation.channels.count) == preparation
    }
    let origins: [PreparationOrigin] = [.options, .file, .weights, .metadata, .graph, .assumed]
    for origin in origins { fields["by_\(origin.rawValue)"] = origin == self.origin }
    return fields
  }

  /// The preparation in a line: `RGB, (x − 127.5) / 127.5`.
  var numbers: String {
    func listed(_ values: [Float]) -> String {
      let shown = Set(values).count == 1 ? Array(values.prefix(1)) : values
      let text = shown.map { Formatted.significant(Double($0), 6) }.joined(separator: ", ")
      return shown.count == 1 ? text : "(\(text))"
    }
    let channels = preparation.channels == .gray ? "" : preparation.channels.rawValue.uppercased()
    let (offsets, divisors) = (preparation.offsets, preparation.divisors)
    let difference = offsets.allSatisfy { $0 == 0 } ? "x" : "(x − \(listed(offsets)))"
    let formula =
      divisors.allSatisfy { $0 == 1 } ? difference : "\(difference) / \(listed(divisors))"
    return channels.isEmpty ? formula : "\(channels), \(formula)"
  }
}
