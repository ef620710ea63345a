import CAMNet
import Foundation

@testable import Notebook

extension FuzzTarget {
  /// A person's own words, and a report of every format in which they stand.
  static let words = FuzzTarget(
    name: "words",
    seeds: {
      let parts = Words.parts(TemplateFiles.ownText(Language.english.fileName))
      return parts.map { part in
        Array((["# \(part.key)"] + part.lines).joined(separator: "\n").utf8)
      }
      .filter { $0.count < 4000 }
    },
    run: { bytes in
      _ = try scene.file(Language.english.fileName, bytes)
      let words = try Words(
        .english, TemplateFiles(folder: scene.folder), models: [Scene.model])
      let walkthrough = try Walkthrough(
        model: loaded, options: Scene.options, words: words)
      try scene.export(walkthrough.run(scene.photo))
    })

  private static let scene = trying { try Scene("words") }
  private static let loaded = trying { try scene.loaded() }
}
