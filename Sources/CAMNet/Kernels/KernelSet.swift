import Glibc
import Kernels

/// What is written for speed, for one instruction set.
public struct KernelSet: Sendable {
  /// Functions and numbers that nobody changes.
  nonisolated(unsafe) let table: UnsafePointer<camreport_kernels>

  private init(_ table: UnsafePointer<camreport_kernels>) {
    self.table = table
  }

  /// `AVX-512`, `AVX2`, `SSE2` or `NEON`.
  public var name: String { String(cString: table.pointee.name) }

  /// What ``variable`` calls it: `avx512`, `avx2`, `sse2` or `neon`.
  public var identifier: String { String(cString: table.pointee.identifier) }

  /// Columns of a panel of packed weights.
  var panel: Int { table.pointee.panel }
  /// Rows that a product takes at once: multiples of it cost the least.
  var rows: Int { table.pointee.rows }

  /// All that this CPU has, the fastest first.
  public static let available: [KernelSet] =
    (0...).lazy.map(camreport_kernels_available).prefix { $0 != nil }
    .compactMap { $0.map(KernelSet.init) }

  /// The environment variable that names the instruction set to use.
  public static let variable = CAMREPORT_KERNELS_VARIABLE

  /// The one that ``variable`` names by its ``identifier``, else the fastest this CPU has.
  public static let current = KernelSet(camreport_kernels_current())

  /// A sentence where ``variable`` names none of ``available``.
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
  public var kernels = KernelSet.current
  /// Convolutions are summed directly: no Winograd transforms, whose rounding is larger.
  public var isPrecise = false
  /// The algorithm for convolutions that several fit; nil for the one that is expected to take the least time.
  public var algorithm: LayerAlgorithm?
  /// Whether prepared weights are kept for other photos; without it they are made for one run, and their memory used again.
  public var keepsWeights = false
  /// How many threads compute; nil for one for each core.
  public var threads: Int?

  public init() {}
}

/// A layer with its weights in the order in which its kernel reads them.
protocol PreparedLayer: Sendable {
  var algorithm: LayerAlgorithm { get }
  func run(_ inputs: [Tensor]) -> Tensor
}

/// A layer computed as its kind says.
struct PlainLayer<Kind: LayerKind>: PreparedLayer {
  let kind: Kind
  let parameters: LayerParameters
  let output: Shape

  var algorithm: LayerAlgorithm { .plain }

  func run(_ inputs: [Tensor]) -> Tensor {
    kind.forward(inputs, parameters: parameters, output: output)
  }
}
