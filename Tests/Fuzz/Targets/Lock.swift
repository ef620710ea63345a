import CAMNet
import Foundation
import Notebook

extension FuzzTarget {
  /// A lock file, held against the network of the scene; and everything that is written of a check.
  static let lock = FuzzTarget(
    name: "lock",
    seeds: {
      let locked = try LockedModel(Scene.model.network, size: Scene.options.size)
      var run = locked
      run.run = try LockRun(
        scene.loaded(), photo: scene.photo, options: Scene.options, words: scene.words,
        folder: scene.folder
      ).run
      return try [locked, run].map { try Array(Lock(models: ["tiny": $0]).text().utf8) }
    },
    run: { bytes in
      let data = Data(bytes)
      var lock = try Lock(data, file: "lock")
      for (name, model) in lock.models where model.inputSize > Scene.largestSize {
        lock.models[name]?.run = nil
      }
      let check = LockCheck(
        lock, text: LockText(data), file: "\(scene.folder)/lock", names: [],
        options: .init(size: nil, image: nil, weights: nil, classes: nil, tolerance: 1e-3),
        words: scene.words, known: [Scene.model])
      _ = check.lines()
      _ = [check].junit()
      _ = check.github()
      _ = try [check].json()
      let page = CheckPage(check, words: scene.words, layout: scene.layout)
      _ = try page.file().contents()
      for model in check.models { try model.report.map(scene.export) }
      _ = try check.addingNew(lock).text()
      _ = try check.updated(lock).text()
    })

  private static let scene = trying { try Scene("lock") }
}
