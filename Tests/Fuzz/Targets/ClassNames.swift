import CAMNet
import Notebook

extension FuzzTarget {
  /// Class names, and a report of every format in which they stand.
  static let classNames = FuzzTarget(
    name: "class-names",
    seeds: {
      ["cat\ncup\nespresso machine\n", "[\"cat\", \"<b>c\\u00fc&p</b>\", \"a|b_c*d*\"]"].map {
        Array($0.utf8)
      }
    },
    run: { bytes in
      let loaded = try scene.loaded(classes: scene.file("classes", bytes))
      let walkthrough = try Walkthrough(model: loaded, options: Scene.options, words: scene.words)
      try scene.export(walkthrough.run(scene.photo))
    })

  private static let scene = trying { try Scene("class-names") }
}
