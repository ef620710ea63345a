import CAMNet
import Foundation
import Notebook
import Training

extension FuzzTarget {
  /// A list of photos and their classes.
  static let photoList = FuzzTarget(
    name: "photo-list",
    seeds: {
      [
        "path,label\nphotos/light/0.png,light\nphotos/dark/0.png,dark\n",
        "\u{FEFF}\"photos/light/0.png\" , \"a \"\"b\"\"\nc\"\r\nphotos/dark/0.png,d\r\n\r\n",
      ].map { Array($0.utf8) }
    },
    run: { bytes in
      let set = try DataSet(scene.file("photos.csv", bytes))
      // With other photos' classes, as a list of those that are kept back is read.
      _ = try DataSet(scene.folder + "/photos.csv", classes: set.classes.reversed())
    })

  /// A list of where photos' objects are.
  static let boxes = FuzzTarget(
    name: "boxes",
    seeds: {
      [
        "path,x,y,width,height\nphotos/light/0.png,1,2,3,4\n",
        "light/0.png,-1,0.5,1e9,2\ndark/0.png,0,0,1,1\nlight/0.png,0,0,2,2\n",
      ].map { Array($0.utf8) }
    },
    run: { bytes in
      let boxes = try Boxes(contentsOf: scene.file("boxes.csv", bytes), of: [read])
      for photo in read.photos {
        for box in boxes[photo.photo.path] {
          precondition(box.x >= 0 && box.y >= 0 && box.width >= 0 && box.height >= 0)
          precondition(box.x + box.width <= 1.000001 && box.y + box.height <= 1.000001)
        }
      }
    })

  /// A training's record, held against itself as `verify` does.
  static let trainingRecord = FuzzTarget(
    name: "training-record",
    seeds: {
      var options = TrainingOptions()
      options.learningRate = 0.05
      let losses = EpochRecord.Losses(crossEntropy: 0.5, weightDecay: 0.1, accuracy: 0.5)
      let record = TrainingRecord(
        version: "0", model: "tiny", title: "Tiny", kernels: "AVX2", weights: "embedded",
        output: "mine.safetensors", options: options,
        data: DataSummary(
          path: "photos", sha256: "00",
          classes: [.init(name: "dark", training: 1, validation: 1)], skipped: [], duplicates: []),
        rangeTest: RangeTestRecord(points: [.init(learningRate: 1, loss: 1)], chosen: 0.1),
        epochs: [
          EpochRecord(
            epoch: 0, isWarmUp: false, learningRate: 0.05, training: losses, validation: losses)
        ], bestEpoch: 0,
        evaluation: Evaluation(
          isValidation: true,
          photos: [EvaluatedPhoto(path: "dark/0.png", label: 0, logits: [1, 2])], evidence: []),
        variables: [
          VariableRecord(
            name: "logits/weights", shape: [4, 3], isTrained: true, decays: true, norm: 1)
        ])
      return [try record.json(isPretty: true)]
    },
    run: { bytes in
      let path = try scene.file("training.json", bytes)
      guard let recorded = try RecordedTraining(contentsOf: path) else { return }
      let record = recorded.record
      _ = TrainingComparison(record, record, tolerance: 1e-3).lines(record, version: "0")
    })

  private static let scene = trying {
    let scene = try Scene("training")
    for name in ["light", "dark"] {
      let folder = "\(scene.folder)/photos/\(name)"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try Data(fixtures("image-rgb.", "png")[0]).write(to: URL(filePath: "\(folder)/0.png"))
    }
    return scene
  }

  private static let read = trying {
    try PhotoReader(size: 8).read(DataSet("\(scene.folder)/photos"), badPhotos: 0) { _, _ in }.data
  }
}
