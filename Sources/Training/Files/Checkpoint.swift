import CAMNet
import Foundation

/// The file that a training leaves after its epochs, and is gone on with from: a safetensors file beside the result, which holds
/// the variables, the best of them so far, what the optimizer remembers, and as texts how far the training is and what it is of.
///
/// It is on the disk before it takes the place of the one before, so that there is a whole one at any moment.
public struct Checkpoint: Sendable {
  public let path: String
  /// All that the training's result follows from, by names as a person knows them.
  let identity: TrainingIdentity

  /// - Parameter result: the path of the training's result.
  public init(ofResult result: String, _ identity: TrainingIdentity) {
    path = Self.path(ofResult: result)
    self.identity = identity
  }

  public static func path(ofResult result: String) -> String { "\(result).checkpoint" }

  func write(_ state: TrainingState, _ variables: Variables, best: VariableValues?) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let texts = [
      "identity": String(decoding: try encoder.encode(identity), as: UTF8.self),
      "state": String(decoding: try encoder.encode(state), as: UTF8.self),
    ]
    try WeightsStore.writeSafetensors(tensors(variables, best), metadata: texts, to: path)
  }

  /// Reads how far the training is, and sets the variables to what they were.
  /// - Returns: the state, and the best values; nil for those where they are the variables' own.
  func read(
    into variables: Variables
  ) throws -> (state: TrainingState, best: VariableValues?) {
    let store = try open()
    let decoder = JSONDecoder()
    guard let identity = store.metadata["identity"], let state = store.metadata["state"],
      let identity = try? decoder.decode(TrainingIdentity.self, from: Data(identity.utf8))
    else { throw TrainingError.damagedCheckpoint(path, reason: "it does not say of what it is") }
    let differences = identity.differences(from: self.identity)
    guard differences.isEmpty else { throw TrainingError.otherCheckpoint(path, differences) }
    guard let state = try? decoder.decode(TrainingState.self, from: Data(state.utf8)),
      state.bestEpoch.map(state.epochs.indices.contains) ?? state.epochs.isEmpty
    else { throw TrainingError.damagedCheckpoint(path, reason: "it does not say how far it is") }
    func tensor(_ part: String, _ variable: Variable) throws -> Tensor {
      let name = "\(part)/\(variable.name)"
      guard let entry = store[name], entry.shape == variable.shape else {
        throw TrainingError.damagedCheckpoint(path, reason: "it lacks \(name)")
      }
      return try store.tensor(named: name)
    }
    for variable in variables.list {
      variable.values.set(try tensor(Self.values, variable))
      for memory in type(of: variables.optimizer).memories {
        variable.memory(memory).set(try tensor(memory, variable))
      }
    }
    guard store.entries.contains(where: { $0.name.hasPrefix("\(Self.best)/") }) else {
      return (state, nil)
    }
    var best: VariableValues = [:]
    for variable in variables.list { best[variable.name] = try tensor(Self.best, variable) }
    return (state, best)
  }

  func remove() throws { try AtomicFile.removeIfPresent(path) }

  private static let values = "values"
  private static let best = "best"

  private func open() throws -> WeightsStore {
    do {
      return try WeightsStore(contentsOf: path)
    } catch let error as WeightsError {
      throw TrainingError.damagedCheckpoint(path, reason: "\(error)")
    }
  }

  private func tensors(
    _ variables: Variables, _ best: VariableValues?
  ) -> [(name: String, tensor: Tensor)] {
    var tensors: [(name: String, tensor: Tensor)] = []
    for variable in variables.list {
      tensors.append(("\(Self.values)/\(variable.name)", variable.tensor))
      for memory in type(of: variables.optimizer).memories {
        tensors.append(
          ("\(memory)/\(variable.name)", variable.memory(memory).tensor(variable.shape)))
      }
      if let best = best?[variable.name] {
        tensors.append(("\(Self.best)/\(variable.name)", best))
      }
    }
    return tensors
  }
}
