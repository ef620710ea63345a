extension DataSummary {
  /// How many times as many photos a class may have as another before both are named.
  public static let largestImbalance = 3

  /// The class with the most photos, and those classes that have less than a third as many; nil where there are none such.
  public var imbalance: (largest: ClassCount, small: [ClassCount])? {
    guard let largest = classes.max(by: { $0.photos < $1.photos }) else { return nil }
    let small = classes.filter { $0.photos * Self.largestImbalance < largest.photos }
    return small.isEmpty ? nil : (largest, small)
  }
}

extension DataSummary.ClassCount {
  /// All photos of the class.
  public var photos: Int { training + validation }
}
