import Glibc

/// The system's OpenBLAS, opened when the first product asks for it: camreport starts without it, and trains where it is not
/// installed.
///
/// It runs on one thread, so that its sums are the same whatever the number of cores.
struct OpenBLAS: Sendable {
  /// The library's version and the CPU whose kernels it chose, as it says them itself: `OpenBLAS 0.3.21 Zen`.
  let configuration: String
  private let multiply: Multiply

  /// cblas_sgemm, with 32-bit sizes.
  private typealias Multiply =
    @convention(c) (
      _ order: Int32, _ first: Int32, _ second: Int32, _ rows: Int32, _ columns: Int32,
      _ depth: Int32, _ alpha: Float, UnsafePointer<Float>, Int32, UnsafePointer<Float>, Int32,
      _ beta: Float, UnsafeMutablePointer<Float>, Int32
    ) -> Void

  /// Nil where there is no OpenBLAS.
  static let shared = OpenBLAS()

  private init?() {
    guard let library = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL),
      let product = dlsym(library, "cblas_sgemm"),
      let threads = dlsym(library, "openblas_set_num_threads"),
      let configuration = dlsym(library, "openblas_get_config"),
      let core = dlsym(library, "openblas_get_corename")
    else { return nil }
    typealias Text = @convention(c) () -> UnsafePointer<CChar>?
    let text = { (function: UnsafeMutableRawPointer) in
      unsafeBitCast(function, to: Text.self)().map { String(cString: $0) } ?? ""
    }
    unsafeBitCast(threads, to: (@convention(c) (Int32) -> Void).self)(1)
    // Behind its name and version the configuration says how the library was built.
    let version = text(configuration).split(separator: " ").prefix(2)
    self.configuration = version.joined(separator: " ") + " " + text(core)
    multiply = unsafeBitCast(product, to: Multiply.self)
  }

  /// A matrix, row by row.
  struct Matrix {
    let values: UnsafePointer<Float>
    let rows: Int
    let columns: Int
    /// Whether the product takes it with rows and columns exchanged.
    var isTransposed = false
  }

  /// The product of two matrices, row by row.
  func product(_ first: Matrix, _ second: Matrix, into result: UnsafeMutablePointer<Float>) {
    let (rowMajor, plain, transposed): (Int32, Int32, Int32) = (101, 111, 112)
    let (rows, depth) =
      first.isTransposed ? (first.columns, first.rows) : (first.rows, first.columns)
    let columns = second.isTransposed ? second.rows : second.columns
    multiply(
      rowMajor, first.isTransposed ? transposed : plain,
      second.isTransposed ? transposed : plain, Int32(rows), Int32(columns), Int32(depth), 1,
      first.values, Int32(first.columns), second.values, Int32(second.columns), 0, result,
      Int32(columns))
  }
}
