/// The optimizers that come with camreport.
public enum Optimizers {
  /// A line for each optimizer; the first is used where none is named.
  public static let all: [any Optimizer.Type] = [
    SGD.self,
    Adam.self,
    AdamW.self,
  ]

  /// The optimizer of a name.
  static func named(_ name: String) throws(TrainingError) -> any Optimizer.Type {
    guard let optimizer = all.first(where: { $0.name == name }) else {
      throw .unknownName(name, of: "optimizer", known: all.map { $0.name })
    }
    return optimizer
  }
}

extension TrainingOptions {
  /// The learning rate where none is given: the optimizer's own for a head, or for more.
  public var defaultLearningRate: Double {
    get throws {
      let rates = try Optimizers.named(optimizer.name).defaultRates
      return trained == .head ? rates.head : rates.all
    }
  }
}
