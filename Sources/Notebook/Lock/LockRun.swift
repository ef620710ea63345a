import CAMNet
import Foundation

/// A model run for its fingerprints.
public struct LockRun: Sendable {
  public let run: LockedRun
  public let report: Report

  /// Runs the walk-through of `photo` and keeps a few numbers of every step.
  /// - Parameter folder: where the lock file lies; paths in it are relative to it.
  public init(
    _ model: LoadedModel, photo: Photo, options: InputOptions, maps: MapOptions = MapOptions(),
    words: Words, folder: String
  ) throws {
    var steps: [Fingerprint] = []
    let walkthrough = try Walkthrough(
      model: model, options: options, words: words, maps: maps)
    report = try walkthrough.run(
      photo,
      save: { step, tensor in
        guard step.plan.isFingerprinted else { return }
        if let fingerprint = Fingerprint(name: step.name, tensor) { steps.append(fingerprint) }
      })
    run = LockedRun(
      image: .init(
        path: RelativePath.of(photo.path, from: folder), sha256: photo.sha256),
      weights: .init(
        path: model.weights.mappingPath { RelativePath.of($0, from: folder) }.description,
        sha256: model.weightsSHA256),
      resize: options.filter.rawValue, crop: options.fitting,
      placement: walkthrough.maps?.placement, steps: steps,
      predictions: report.predictions.map {
        .init(
          rank: $0.prediction.rank, index: $0.prediction.index, label: $0.label,
          logit: $0.prediction.logit, probability: $0.prediction.probability)
      })
  }
}

/// Paths relative to a folder, so that a lock file and its photo can move together.
enum RelativePath {
  /// `path`, which is relative to the working folder, as seen from `folder`.
  static func of(_ path: String, from folder: String) -> String {
    let (target, base) = (absolute(path), absolute(folder))
    let shared = zip(target, base).prefix { $0 == $1 }.count
    let steps = Array(repeating: "..", count: base.count - shared) + target.dropFirst(shared)
    return steps.joined(separator: "/")
  }

  /// A path from a lock file in `folder`, as seen from the working folder.
  static func resolve(_ path: String, in folder: String) -> String {
    path.hasPrefix("/") || folder == "." ? path : "\(folder)/\(path)"
  }

  private static func absolute(_ path: String) -> [String] {
    let whole = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    var parts: [String] = []
    for part in whole.split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(String(part)) }
    }
    return parts
  }
}
