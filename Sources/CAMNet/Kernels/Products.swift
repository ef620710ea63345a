import COpenBLAS

/// A parameter seen as a matrix (inputs, outputs), where it lies if its file's axis order allows.
struct KernelMatrix {
  let values: Tensor
  /// The values lie as (outputs, inputs).
  let isTransposed: Bool
  let leadingDimension: Int

  /// - Precondition: the last canonical axis is the outputs; `rows` is the product of the others.
  init(_ parameter: Parameter, rows: Int) {
    let columns = parameter.shape[parameter.shape.rank - 1]
    // Outputs first and the rest in order: torch's (out, in) and its 1×1 kernels.
    let outputsFirst = Array(parameter.axes.suffix(1) + parameter.axes.dropLast())
    let rest = outputsFirst.filter { parameter.stored.shape[$0] > 1 }
    isTransposed = !parameter.isCanonical && rest == rest.sorted()
    values = isTransposed ? parameter.stored : parameter.tensor
    leadingDimension = isTransposed ? rows : columns
  }

  /// Where column (output) `column` begins.
  func offset(ofColumn column: Int) -> Int {
    isTransposed ? column * leadingDimension : column
  }
}

/// (1, in) × (in, out) → (1, out).
func vectorTimesMatrix(_ vector: Tensor, _ parameter: Parameter, output: Shape) -> Tensor {
  let inputs = vector.count
  let matrix = KernelMatrix(parameter, rows: inputs)
  return Tensor(shape: output) { destination in
    vector.withUnsafeElements { vector in
      matrix.values.withUnsafeElements { values in
        cblas_sgemm(
          CblasRowMajor, CblasNoTrans, matrix.isTransposed ? CblasTrans : CblasNoTrans,
          1, blasint(output.elementCount), blasint(inputs), 1, vector.baseAddress, blasint(inputs),
          values.baseAddress, blasint(matrix.leadingDimension), 0, destination.baseAddress,
          blasint(output.elementCount))
      }
    }
  }
}
