/// The learning rate as it is given.
public enum ConstantSchedule: Schedule {
  public static let name = "constant"

  public static func factor(at progress: Double) -> Double { 1 }
}
