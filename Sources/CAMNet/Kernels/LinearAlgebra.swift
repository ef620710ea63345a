import COpenBLAS

/// The library behind the matrix products.
public enum LinearAlgebra {
  /// Its version, options and the CPU it chose its kernels for, as it says itself.
  public static var libraryDescription: String {
    String(cString: openblas_get_config()).trimmingSuffixSpaces
      + " core " + String(cString: openblas_get_corename())
  }

  /// What computes the layers.
  public static var kernels: String {
    "convolutions and products: OpenBLAS SGEMM, \(String(cString: openblas_get_corename())); "
      + "depthwise convolutions, pooling and the rest: Swift"
  }
}

extension String {
  fileprivate var trimmingSuffixSpaces: String {
    var text = self[...]
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
