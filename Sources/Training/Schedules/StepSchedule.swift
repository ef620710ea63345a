/// The learning rate to a half of the steps, a tenth of it to three quarters, and a hundredth to the end, as He et al., CVPR 2016,
/// section 4.2, divide it on CIFAR-10.
public enum StepSchedule: Schedule {
  public static let name = "step"

  public static func factor(at progress: Double) -> Double {
    progress < 0.5 ? 1 : progress < 0.75 ? 0.1 : 0.01
  }
}
