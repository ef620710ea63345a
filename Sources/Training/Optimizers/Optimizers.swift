/// The optimizers that come with camreport.
public enum Optimizers {
  /// A line for each optimizer; the first is used where none is named.
  public static let all: [any Optimizer.Type] = [
    SGD.self,
    Adam.self,
    AdamW.self,
  ]

  /// The optimizer of a name; nil where there is none.
  public static func named(_ name: String) -> (any Optimizer.Type)? {
    all.first { $0.name == name }
  }
}
