import Foundation

/// Half a cosine from the learning rate to zero: Loshchilov and Hutter, "SGDR", ICLR 2017, without restarts.
public enum CosineSchedule: Schedule {
  public static let name = "cosine"

  public static func factor(at progress: Double) -> Double { (1 + cos(.pi * progress)) / 2 }
}
