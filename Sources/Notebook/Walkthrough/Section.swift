/// A part of the walk-through; reports have its steps together, in the order in which steps come.
public struct Section: Hashable, Sendable {
  /// The key of the section's title in the words, after `section.`.
  public let key: String

  public static let setup = Section(key: "setup")
  public static let network = Section(key: "network")
  public static let prediction = Section(key: "prediction")
  public static let localization = Section(key: "localization")
  public static let fineTuning = Section(key: "fine_tuning")
}
