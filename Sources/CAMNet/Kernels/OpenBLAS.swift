import COpenBLAS
import Dispatch
import Glibc
import Kernels

/// The library behind products with a matrix, loaded by those who need it, while other layers run: that takes some eight
/// milliseconds, and before it the library must be told two things.
///
/// That it is to start no threads, which go on spinning after each product while convolutions need the cores; and which
/// kernels to use, as it does not know newer CPUs and takes slow ones for them.
struct OpenBLAS: Sendable {
  private typealias VectorProduct =
    @convention(c) (
      CBLAS_ORDER, CBLAS_TRANSPOSE, blasint, blasint, Float, UnsafePointer<Float>, blasint,
      UnsafePointer<Float>, blasint, Float, UnsafeMutablePointer<Float>, blasint
    ) -> Void
  private typealias Text = @convention(c) () -> UnsafePointer<CChar>?

  private let vectorProduct: VectorProduct
  /// Its version, options and the CPU whose kernels it runs, as it says itself.
  let description: String

  /// Nil where the library is not installed.
  static let shared = OpenBLAS()

  /// Begins to load it, and does not wait.
  static func prepare() {
    // Here, and not on the other thread: the environment may not change while somebody reads it.
    _ = environment
    DispatchQueue.global(qos: .userInitiated).async { _ = shared }
  }

  /// What the library reads when it is loaded.
  private static let environment: Void = {
    setenv("OPENBLAS_NUM_THREADS", "1", 1)
    if let core = KernelSet.current.openBLASCore { setenv("OPENBLAS_CORETYPE", core, 0) }
  }()

  private init?() {
    _ = Self.environment
    guard let library = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL),
      let vectorProduct = dlsym(library, "cblas_sgemv"),
      let configuration = dlsym(library, "openblas_get_config"),
      let core = dlsym(library, "openblas_get_corename")
    else { return nil }
    self.vectorProduct = unsafeBitCast(vectorProduct, to: VectorProduct.self)
    func text(_ function: UnsafeMutableRawPointer) -> String {
      unsafeBitCast(function, to: Text.self)().map { String(cString: $0) } ?? ""
    }
    description = "\(text(configuration)) core \(text(core))".replacing("  ", with: " ")
  }

  /// The elements `outputs` of vector × matrix: matrix (in, out), or (out, in) where it `isTransposed`.
  func multiply(
    _ vector: UnsafePointer<Float>, _ matrix: KernelMatrix, _ values: UnsafePointer<Float>,
    outputs: Range<Int>, into target: UnsafeMutablePointer<Float>
  ) {
    let leading = blasint(matrix.leadingDimension)
    let (rows, columns) =
      matrix.isTransposed
      ? (outputs.count, matrix.inputs) : (matrix.inputs, outputs.count)
    vectorProduct(
      CblasRowMajor, matrix.isTransposed ? CblasNoTrans : CblasTrans, blasint(rows),
      blasint(columns), 1, values + matrix.offset(ofColumn: outputs.lowerBound), leading, vector, 1,
      0, target + outputs.lowerBound, 1)
  }
}
