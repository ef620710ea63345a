import Training

/// A training held against the same training done again: what of their records agrees.
public struct TrainingComparison: Sendable {
  /// One thing that both records say.
  public struct Check: Sendable {
    /// Such as `epoch 3` or `logits/weights`.
    public let name: String
    /// The largest difference of a number, relative to the largest value of its kind in the record.
    public let difference: Double
    /// What is not as the record has it; empty where all agrees.
    public let details: [String]
  }

  /// Network, weights, data and options, without which numbers cannot agree; then range test, epochs, ending, photos, variables.
  public let checks: [Check]
  public var agrees: Bool { firstDiffering == nil }
  public var firstDiffering: Check? { checks.first { !$0.details.isEmpty } }

  /// - Parameter tolerance: the difference of numbers that is let pass, relative to the largest value of their kind.
  public init(_ was: TrainingRecord, _ now: TrainingRecord, tolerance: Double) {
    checks =
      Self.start(was, now) + Self.epochs(was, now, tolerance)
      + Self.evaluation(was, now, tolerance) + Self.variables(was, now, tolerance)
  }

  private static func start(_ was: TrainingRecord, _ now: TrainingRecord) -> [Check] {
    var network = Comparing("network")
    network.same("model", was.model, now.model)
    network.same("weights", was.weightsSHA256 ?? was.weights, now.weightsSHA256 ?? now.weights)
    network.same("kernels", was.kernels, now.kernels)
    var data = Comparing("data")
    data.same("photos and labels", was.data.sha256, now.data.sha256)
    data.same("classes", was.data.classes.map(\.name), now.data.classes.map(\.name))
    var options = Comparing("options")
    if was.options != now.options { options.missing("the options are others") }
    return [network, data, options].map(\.check)
  }

  private static func epochs(
    _ was: TrainingRecord, _ now: TrainingRecord, _ tolerance: Double
  ) -> [Check] {
    var checks: [Check] = []
    if was.rangeTest != nil || now.rangeTest != nil {
      var range = Comparing("range test", tolerance)
      let rate = was.rangeTest?.chosen ?? 0
      range.near("learning rate", was.rangeTest?.chosen, now.rangeTest?.chosen, scale: rate)
      checks.append(range.check)
    }
    let losses = was.epochs.flatMap { [$0.training, $0.validation].compactMap { $0?.total } }
    let scale = losses.filter(\.isFinite).max() ?? 0
    let new = Dictionary(now.epochs.map { ($0.epoch, $0) }, uniquingKeysWith: { first, _ in first })
    for epoch in was.epochs {
      var comparing = Comparing("epoch \(epoch.epoch + 1)", tolerance)
      if let again = new[epoch.epoch] {
        comparing.losses("training", epoch.training, again.training, scale)
        comparing.losses("validation", epoch.validation, again.validation, scale)
        comparing.near(
          "learning rate", epoch.learningRate, again.learningRate, scale: epoch.learningRate)
      } else {
        comparing.missing("the training again has no such epoch")
      }
      checks.append(comparing.check)
    }
    var ending = Comparing("ending")
    ending.same("epochs", was.epochs.count, now.epochs.count)
    ending.same("reason", was.ending.rawValue, now.ending.rawValue)
    ending.same(
      "best epoch", was.bestEpoch.map { "\($0 + 1)" } ?? "none",
      now.bestEpoch.map { "\($0 + 1)" } ?? "none")
    return checks + [ending.check]
  }

  private static func evaluation(
    _ was: TrainingRecord, _ now: TrainingRecord, _ tolerance: Double
  ) -> [Check] {
    guard was.evaluation != nil || now.evaluation != nil else { return [] }
    var comparing = Comparing("photos", tolerance)
    let (old, new) = (was.evaluation?.photos ?? [], now.evaluation?.photos ?? [])
    comparing.same("photos", old.count, new.count)
    let again = Dictionary(new.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    func name(_ index: Int, _ record: TrainingRecord) -> String {
      record.data.classes.indices.contains(index) ? record.data.classes[index].name : "\(index)"
    }
    for photo in old {
      guard let other = again[photo.path] else {
        comparing.missing("\(photo.path): is not among the photos")
        continue
      }
      comparing.same(photo.path, name(photo.said, was), name(other.said, now))
      comparing.near(
        "\(photo.path): probability of its class", photo.labelProbability, other.labelProbability,
        scale: 1)
    }
    return [comparing.check]
  }

  private static func variables(
    _ was: TrainingRecord, _ now: TrainingRecord, _ tolerance: Double
  ) -> [Check] {
    let gradients = was.variables.compactMap(\.gradientNorm).max() ?? 0
    let changes = was.variables.compactMap(\.changeNorm).max() ?? 0
    let new = Dictionary(
      now.variables.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let names = Set(was.variables.map(\.name))
    let checks = was.variables.map { variable in
      var comparing = Comparing(variable.name, tolerance)
      if let again = new[variable.name] {
        comparing.same("shape", variable.shape, again.shape)
        comparing.near("norm", variable.norm, again.norm, scale: variable.norm)
        comparing.near(
          "gradient's norm", variable.gradientNorm, again.gradientNorm, scale: gradients)
        comparing.near("change's norm", variable.changeNorm, again.changeNorm, scale: changes)
      } else {
        comparing.missing("the training again has no such variable")
      }
      return comparing.check
    }
    return checks
      + now.variables.filter { !names.contains($0.name) }.map {
        Check(name: $0.name, difference: 0, details: ["the record has no such variable"])
      }
  }
}

/// Gathers what differs in one thing.
private struct Comparing {
  private let name: String
  private let tolerance: Double
  private var difference = 0.0
  private var details: [String] = []

  init(_ name: String, _ tolerance: Double = 0) {
    self.name = name
    self.tolerance = tolerance
  }

  var check: TrainingComparison.Check {
    TrainingComparison.Check(name: name, difference: difference, details: details)
  }

  mutating func missing(_ sentence: String) { details.append(sentence) }

  mutating func same<Value: Equatable>(_ what: String, _ old: Value, _ new: Value) {
    if old != new { details.append("\(what) was \(old), is \(new)") }
  }

  /// Compares numbers; infinities and what is no number agree with themselves.
  mutating func near(_ what: String, _ old: Double?, _ new: Double?, scale: Double) {
    guard let old, let new else {
      if old != nil || new != nil { details.append("\(what) is not in both") }
      return
    }
    guard old != new, !(old.isNaN && new.isNaN) else { return }
    let apart = abs(old - new) / max(abs(scale), 1e-30)
    if apart.isFinite { difference = max(difference, apart) }
    if !(apart <= tolerance) {
      details.append(
        "\(what) was \(Formatted.significant(old, 6)), is \(Formatted.significant(new, 6))")
    }
  }

  mutating func losses(
    _ what: String, _ old: EpochRecord.Losses?, _ new: EpochRecord.Losses?, _ scale: Double
  ) {
    near("\(what): cross entropy", old?.crossEntropy, new?.crossEntropy, scale: scale)
    near("\(what): weight decay", old?.weightDecay, new?.weightDecay, scale: scale)
    near("\(what): accuracy", old?.accuracy, new?.accuracy, scale: 1)
  }
}

extension TrainingComparison {
  /// A line for each thing, and what it comes to.
  public func lines(_ record: TrainingRecord, version: String) -> [String] {
    var lines = ["\(record.model), \(record.data.path), weights \(record.weights)"]
    if record.version != version {
      lines.append("written by camreport \(record.version); this is \(version)")
    }
    for check in checks {
      guard check.details.isEmpty else {
        lines.append("  ✗ \(check.name)")
        lines += check.details.map { "      \($0)" }
        continue
      }
      let numbers =
        check.difference == 0 ? "" : "  within \(Formatted.significant(check.difference, 2))"
      lines.append("  ✓ \(check.name)\(numbers)")
    }
    let agreeing = checks.count { $0.details.isEmpty }
    var last = "\(agreeing) of \(checks.count) checks agree"
    if let first = firstDiffering {
      last += "; the first that differs is \(first.name)"
    } else {
      let largest = checks.map(\.difference).max() ?? 0
      last +=
        largest == 0
        ? ", to the last digit" : ", numbers within \(Formatted.significant(largest, 2))"
    }
    return lines + [last]
  }
}
