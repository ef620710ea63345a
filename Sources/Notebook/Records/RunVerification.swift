import CAMNet

/// A run repeated from its record, and what of it agrees.
public struct RunVerification: Sendable {
  /// One step of the record held against the run now.
  public struct StepCheck: Sendable {
    public let number: Int
    public let name: String
    public let shape: Shape?
    /// The largest difference of a number, relative to the largest value of the step's output.
    public let difference: Double
    /// What is not as the record has it; empty where all agrees.
    public let details: [String]
  }

  public let steps: [StepCheck]
  /// What differs in the five most probable classes.
  public let predictions: [String]

  public var agrees: Bool { steps.allSatisfy { $0.details.isEmpty } && predictions.isEmpty }
  public var firstDiffering: StepCheck? { steps.first { !$0.details.isEmpty } }

  /// - Parameter tolerance: the difference of numbers that is let pass, relative to the largest value of a step's output.
  public init(_ was: RunRecord, _ now: RunRecord, tolerance: Double) {
    let new = Dictionary(now.steps.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let names = Set(was.steps.map(\.name))
    steps =
      was.steps.map { StepCheck($0, new[$0.name], tolerance) }
      + now.steps.filter { !names.contains($0.name) }.map {
        StepCheck(
          number: $0.number, name: $0.name, shape: $0.outputShape, difference: 0,
          details: ["the record has no step of this name"])
      }
    predictions = Self.differences(was, now, tolerance)
  }

  private static func differences(
    _ was: RunRecord, _ now: RunRecord, _ tolerance: Double
  ) -> [String] {
    guard was.predictions.count == now.predictions.count else {
      return ["there were \(was.predictions.count) predictions, there are \(now.predictions.count)"]
    }
    let scale = was.predictions.map { abs($0.logit) }.max() ?? 0
    // A pixel of the network's input: the box's edges lie where values pass a threshold.
    let pixel =
      Double(max(was.image.width, was.image.height))
      / Double(max(was.input.size.height, was.input.size.width, 1))
    return zip(was.predictions, now.predictions).compactMap { old, new in
      if old.index != new.index || old.label != new.label {
        return "number \(old.rank) was \(old.label), is \(new.label)"
      }
      guard abs(old.logit - new.logit) <= tolerance * scale,
        abs(old.probability - new.probability) <= tolerance
      else {
        return "\(old.label): logit was \(Formatted.significant(old.logit, 6)), is "
          + Formatted.significant(new.logit, 6)
      }
      return Self.agrees(old.box, new.box, within: pixel)
        ? nil : "\(old.label): the box around it is another"
    }
  }

  private static func agrees(
    _ old: RunRecord.Box?, _ new: RunRecord.Box?, within pixel: Double
  ) -> Bool {
    guard let old, let new else { return old == nil && new == nil }
    return [
      old.x - new.x, old.y - new.y, old.x + old.width - new.x - new.width,
      old.y + old.height - new.y - new.height,
    ].allSatisfy { abs($0) <= 1.01 * pixel }
  }
}

extension RunVerification.StepCheck {
  init(_ was: RunRecord.Step, _ now: RunRecord.Step?, _ tolerance: Double) {
    number = was.number
    name = was.name
    shape = was.outputShape
    guard let now else {
      (difference, details) = (0, ["the run has no step of this name"])
      return
    }
    var details: [String] = []
    func compare(_ what: String, _ old: some Equatable, _ new: some Equatable) {
      let (old, new) = ("\(old)", "\(new)")
      if old != new { details.append("\(what) was \(old), is \(new)") }
    }
    compare("operation", was.operation, now.operation)
    compare("status", was.status, now.status)
    compare("input shape", was.inputShape.listed, now.inputShape.listed)
    compare("output shape", [was.outputShape].listed, [now.outputShape].listed)
    compare("type", was.dtype, now.dtype)
    compare(
      "arithmetic", was.arithmetic.joined(separator: ", "),
      now.arithmetic.joined(separator: ", "))
    compare("parameters", was.parameters, now.parameters)
    compare("multiply-adds", was.multiplyAdds, now.multiplyAdds)
    let scale = max(abs(was.min ?? 0), abs(was.max ?? 0), 1e-30)
    var largest = 0.0
    for (what, old, new) in [
      ("min", was.min, now.min), ("mean", was.mean, now.mean), ("max", was.max, now.max),
      ("std", was.std, now.std),
    ] {
      guard let old, let new else {
        if old != nil || new != nil { details.append("\(what) is not in both") }
        continue
      }
      let difference = abs(new - old) / scale
      largest = max(largest, difference)
      if !(difference <= tolerance) {
        details.append(
          "\(what) was \(Formatted.significant(old, 6)), is \(Formatted.significant(new, 6))")
      }
    }
    difference = largest
    self.details = details
  }
}

extension [Shape] {
  fileprivate var listed: String { map(\.description).joined(separator: ", ") }
}

extension [Shape?] {
  fileprivate var listed: String { map { $0?.description ?? "none" }.joined(separator: ", ") }
}
