/// How the learning rate changes over a training's steps. A schedule is one file that conforms to this, and a line of
/// ``Schedules/all``.
public protocol Schedule: Sendable {
  /// The schedule's name on command lines and in records: `cosine`.
  static var name: String { get }

  /// What the learning rate is multiplied by in a step.
  /// - Parameter progress: the share of the training's steps that are done before it, 0 or more and below 1.
  static func factor(at progress: Double) -> Double
}

/// The schedules that come with camreport.
public enum Schedules {
  /// A line for each schedule.
  public static let all: [any Schedule.Type] = [
    ConstantSchedule.self,
    CosineSchedule.self,
    StepSchedule.self,
  ]

  /// The schedule of a name.
  static func named(_ name: String) throws(TrainingError) -> any Schedule.Type {
    guard let schedule = all.first(where: { $0.name == name }) else {
      throw .unknownName(name, of: "schedule", known: all.map { $0.name })
    }
    return schedule
  }
}
