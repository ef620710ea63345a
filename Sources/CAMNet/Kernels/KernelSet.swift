import Glibc
import Kernels

/// The functions that are written for speed, as they were compiled for one instruction set.
public struct KernelSet: Sendable {
  /// The set's functions and numbers, which nobody changes and which live as long as the program.
  nonisolated(unsafe) let table: UnsafePointer<camreport_kernels>

  private init(_ table: UnsafePointer<camreport_kernels>) {
    self.table = table
  }

  /// The instruction set's name for people: `AVX-512`, `AVX2`, `SSE2` or `NEON`.
  public var name: String { String(cString: table.pointee.name) }

  /// The instruction set's name in ``variable``: `avx512`, `avx2`, `sse2` or `neon`.
  public var identifier: String { String(cString: table.pointee.identifier) }

  /// How many outputs' weights stand side by side in a panel of packed weights: 8, 16 or 32.
  var panel: Int { table.pointee.panel }
  /// How many rows a product makes at once, 6 or 14: multiples of it cost the least.
  var rows: Int { table.pointee.rows }

  /// The sets that this CPU can run, the fastest first.
  public static let available: [KernelSet] =
    (0...).lazy.map(camreport_kernels_available).prefix { $0 != nil }
    .compactMap { $0.map(KernelSet.init) }

  /// The environment variable that names the instruction set to use.
  public static let variable = CAMREPORT_KERNELS_VARIABLE

  /// The set that ``variable`` names by its ``identifier``, else the fastest that this CPU has.
  public static let current = KernelSet(camreport_kernels_current())

  /// What is wrong with ``variable``, as a sentence without a full stop, where it names none of ``available``; else nil.
  public static var misnomer: String? {
    guard let wanted = getenv(variable).map({ String(cString: $0) }),
      !available.contains(where: { $0.identifier == wanted })
    else { return nil }
    let names = available.map(\.identifier).joined(separator: ", ")
    return "\(variable) is '\(wanted)', which this CPU or program does not have; it has \(names)"
  }
}

/// How layers are to be computed.
public struct ExecutionOptions: Sendable {
  /// The instruction set whose kernels compute.
  public var kernels = KernelSet.current
  /// Whether convolutions are summed directly, without Winograd's transforms, whose rounding is larger.
  public var isPrecise = false
  /// The algorithm for convolutions that several fit; nil for the one that is expected to take the least time.
  public var algorithm: LayerAlgorithm?
  /// What of prepared weights is kept for other photos.
  public var keptWeights = KeptWeights.none
  /// How many threads compute; nil for one for each core.
  public var threads: Int?

  public init() {}
}

/// What of weights that were made ready for kernels is kept for other passes with the same.
public enum KeptWeights: Sendable {
  /// Nothing: they are made for one pass, and their memory is used again.
  case none
  /// What is read without transforms, which takes as much memory as the weights themselves: not a Winograd convolution's, whose
  /// transforms are four and seven times as large.
  case packed
  /// Everything.
  case all
}

/// A layer with its weights in the order in which its kernel reads them, for inputs of one shape.
protocol PreparedLayer: Sendable {
  /// The way in which the layer is computed.
  var algorithm: LayerAlgorithm { get }
  /// The layer's output for `inputs`, which have the shapes that it was prepared for.
  func run(_ inputs: [Tensor]) -> Tensor
}

/// A layer that is computed by its kind's own `forward`, without preparation.
struct PlainLayer<Kind: LayerKind>: PreparedLayer {
  let kind: Kind
  let parameters: LayerParameters
  let output: Shape

  var algorithm: LayerAlgorithm { .plain }

  func run(_ inputs: [Tensor]) -> Tensor {
    kind.forward(inputs, parameters: parameters, output: output)
  }
}
