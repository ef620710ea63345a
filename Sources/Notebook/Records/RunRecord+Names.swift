import CAMNet

extension RunRecord {
  /// The record with files' names in place of their paths, which say where a person keeps them.
  var withNamesOnly: RunRecord {
    var record = self
    record.command = command.map { word in
      // `--html=folder` too.
      guard word.hasPrefix("--"), let sign = word.firstIndex(of: "=") else {
        return Self.name(of: word)
      }
      return word[...sign] + Self.name(of: String(word[word.index(after: sign)...]))
    }
    record.image.path = Self.name(of: image.path)
    record.weights.source = Self.name(of: weights.source)
    record.network?.source = network.map { Self.name(of: $0.source) } ?? ""
    record.options = options.withNamesOnly
    return record
  }

  /// Whether the record says of no file where it is.
  var hasNamesOnly: Bool {
    let named = withNamesOnly
    return named.command == command && named.image.path == image.path
      && named.weights.source == weights.source && named.network == network
      && named.options == options
  }

  /// The name of the file at a path; a source of weights that is no path is left as it is.
  fileprivate static func name(of path: String) -> String {
    WeightsSource(path).mappingPath { $0.split(separator: "/").last.map(String.init) ?? $0 }
      .description
  }
}

extension RunRecord.Options {
  var withNamesOnly: Self {
    var options = self
    options.classNames = classNames.map(RunRecord.name(of:))
    return options
  }
}
