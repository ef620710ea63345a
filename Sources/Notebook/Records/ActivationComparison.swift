import CAMNet
import Foundation

/// A run held against what another program computed: a folder of `.npy` files, each named by a module, as hooks of a training
/// framework save them, or by a value of the network's file.
public struct ActivationComparison: Sendable {
  /// A layer's output beside a file's array.
  public struct Row: Sendable {
    /// The file's name.
    public let file: String
    public let layer: String
    /// The array's shape.
    public let shape: Shape
    /// The relative difference, ‖ours − theirs‖₂ / ‖theirs‖₂; nil where the shapes do not go together.
    public let difference: Double?

    /// Whether they are the same but for rounding.
    public var agrees: Bool { difference.map { $0 <= ActivationComparison.tolerance } ?? false }
  }

  /// What rounding does not make: Winograd's transforms change values by 1e-3 at most.
  public static let tolerance = 1e-2

  /// The arrays that layers could be held against, in the order in which the layers run.
  public let rows: [Row]
  /// The file of the prepared photo, where there is one: then the layers ran on that.
  public let input: Row?
  /// The files whose values are inside a layer that does several steps in one.
  public let merged: [String]
  /// The files that are called as nothing in the network.
  public let unknown: [String]

  /// The first layer that gives something else; nil where all agree.
  public var first: Row? { rows.first { !$0.agrees } }

  /// - Parameter folder: holds the files. One that is called `input.npy` is the prepared photo, and what the layers are run on.
  public init(
    _ loaded: LoadedModel, photo: Photo, options: InputOptions, folder: String
  ) throws {
    let files = try Self.files(folder)
    let network = loaded.model.network
    let photo = photo.prepared(options).image.networkInput
    var claims: [String: [Claim]] = [:]
    var (merged, unclaimed): ([String], [Claim]) = ([], [])
    for (name, path) in files where name != "input" {
      let layers = loaded.sources[name]
      if layers?.isEmpty == true {
        merged.append(name)
        continue
      }
      let claim = Claim(file: name, array: try Self.array(path), last: layers?.last)
      if layers == nil { unclaimed.append(claim) }
      for layer in layers ?? [] { claims[layer, default: []].append(claim) }
    }
    guard !claims.isEmpty || !unclaimed.isEmpty else { throw ComparisonError.nothing(folder) }

    let theirs = try files.first { $0.name == "input" }.map { try Self.array($0.path) }
    let prepared = network.preparationCount
    var (rows, input, settled): ([Row], Row?, Set<String>) = ([], nil, [])
    try loaded.executor.withForwardPass(photo, measures: false) { pass in
      func hold(_ result: LayerResult) {
        for claim in claims[result.layer.name] ?? [] where !settled.contains(claim.file) {
          var row = Self.row(claim, result, network.axisOrder)
          // Of a module that is called several times, hooks leave one call.
          if !row.agrees, claim.last != result.layer.name { continue }
          if !row.agrees,
            // What a file merges into a convolution, such as its normalization, is called otherwise by a framework.
            let other = unclaimed.first(where: {
              !settled.contains($0.file) && Self.row($0, result, network.axisOrder).agrees
            })
          {
            settled.insert(other.file)
            row = Self.row(other, result, network.axisOrder)
          }
          settled.insert(claim.file)
          if !row.agrees, loaded.doesMore(claim.file, in: result.layer) {
            merged.append(claim.file)
          } else {
            rows.append(row)
          }
        }
      }
      var own = photo
      for _ in 0..<prepared {
        guard let result = try pass.next() else { break }
        own = result.output
        if theirs == nil { hold(result) }
      }
      input = theirs.map {
        Self.row(
          "input", $0, of: network.layers.prefix(prepared).last?.name ?? network.input, own,
          network.axisOrder)
      }
      guard let theirs, input?.difference != nil else {
        while let result = try pass.next() { hold(result) }
        return
      }
      let given = Self.memory(theirs, own.shape, network.axisOrder)
      let rest =
        try prepared == 0
        ? loaded.executor.forwardPass(given, measures: false)
        : loaded.executor.forwardPass(
          from: prepared, Activations([network.layers[prepared - 1].name: given]),
          size: options.size, keeping: .nothing)
      while let result = try rest.next() { hold(result) }
    }
    self.rows = rows
    self.input = input
    self.merged = merged.sorted()
    unknown = unclaimed.map(\.file).filter { !settled.contains($0) }.sorted()
  }

  /// A file's array, and the last layer that may give it.
  private struct Claim {
    let file: String
    let array: Tensor
    let last: String?
  }

  /// The arrays of a folder by their names without the ending.
  private static func files(_ folder: String) throws -> [(name: String, path: String)] {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    return names.sorted().filter { $0.hasSuffix(".npy") }
      .map { (String($0.dropLast(4)), "\(folder)/\($0)") }
  }

  private static func array(_ path: String) throws -> Tensor {
    let store = try WeightsStore(contentsOf: path)
    guard let entry = store.entries.first, store.entries.count == 1 else {
      throw ComparisonError.noArray(path)
    }
    return try store.tensor(named: entry.name)
  }

  private static func row(_ claim: Claim, _ result: LayerResult, _ order: AxisOrder) -> Row {
    row(claim.file, claim.array, of: result.layer.name, result.output, order)
  }

  private static func row(
    _ file: String, _ array: Tensor, of layer: String, _ output: Tensor, _ order: AxisOrder
  ) -> Row {
    let orders: [AxisOrder] =
      order == .channelsLast ? [.channelsLast, .channelsFirst] : [.channelsFirst, .channelsLast]
    // Axes of one element are left out: what a pooling gives is (1, 512) or (1, 512, 1, 1).
    let ours = orders.lazy.map { $0.shown(output) }
      .first { $0.shape.dimensions.filter { $0 != 1 } == array.shape.dimensions.filter { $0 != 1 } }
    return Row(
      file: file, layer: layer, shape: array.shape,
      difference: ours.map { difference($0, array) })
  }

  private static func difference(_ ours: Tensor, _ theirs: Tensor) -> Double {
    var (apart, norm) = (0.0, 0.0)
    for (one, other) in zip(ours.elements, theirs.elements) {
      let (one, other) = (Double(one), Double(other))
      apart += (one - other) * (one - other)
      norm += other * other
    }
    guard apart > 0 else { return apart == 0 ? 0 : .infinity }
    return norm > 0 ? (apart / norm).squareRoot() : .infinity
  }

  /// An array as the layers have it in memory.
  private static func memory(_ array: Tensor, _ shape: Shape, _ order: AxisOrder) -> Tensor {
    guard order == .channelsFirst, shape.rank == 4 else { return array.reshaped(shape) }
    return Parameter(stored: array.reshaped(order.shown(shape)), axes: [0, 2, 3, 1]).tensor
  }

  /// The rows as a table for a terminal, and what they say.
  public var text: String {
    let table = TextTable(
      head: ["file", "layer", "shape", "difference"], alignRight: [3],
      rows: ((input.map { [$0] } ?? []) + rows).map {
        [
          "\($0.file).npy", $0.layer, "\($0.shape)",
          ($0.difference.map { Formatted.significant($0, 2) } ?? "other shape")
            + ($0.agrees ? "" : " *"),
        ]
      })
    return (table.lines() + sentences).joined(separator: "\n")
  }

  private var sentences: [String] {
    var lines: [String] = []
    if let input {
      lines.append(
        input.agrees
          ? "The prepared photo is that of input.npy, on which the layers ran."
          : "The photo is prepared otherwise than input.npy was; the layers ran on input.npy.")
    }
    if let first {
      lines.append(
        "They part at \(first.layer), which gives something else than \(first.file).npy"
          + (first.difference.map { ": \(Formatted.significant($0, 2)) of its length." } ?? "."))
      if input == nil, first.layer == rows.first?.layer {
        lines.append(
          "That is the first layer there is to compare: the photo may be prepared otherwise; an input.npy would tell."
        )
      }
    } else {
      lines.append("No layer of \(rows.count) gives anything else, but for rounding.")
    }
    let others = [
      (merged, "inside of layers that do several steps in one"),
      (unknown, "called as nothing in the network"),
    ]
    for (names, reason) in others where !names.isEmpty {
      lines.append("Not compared, since \(reason): \(Self.listed(names)) (\(names.count)).")
    }
    return lines
  }

  private static func listed(_ names: [String]) -> String {
    names.prefix(5).joined(separator: ", ") + (names.count > 5 ? ", …" : "")
  }
}

/// Why a folder is nothing to be held against.
private enum ComparisonError: Error, CustomStringConvertible {
  case nothing(String)
  case noArray(String)

  var description: String {
    switch self {
    case .nothing(let folder):
      "\(folder): holds no .npy file that is called as a module or a value of the network"
    case .noArray(let path): "\(path): does not hold one array"
    }
  }
}
