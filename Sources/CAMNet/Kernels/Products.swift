/// A parameter seen as a matrix (inputs, outputs), where it lies if its file's axis order allows.
struct KernelMatrix {
  let values: Tensor
  /// Whether the values lie as (outputs, inputs).
  let isTransposed: Bool
  let inputs: Int
  /// Values from one row of the matrix to the next, as it lies.
  let leadingDimension: Int

  /// - Precondition: the last canonical axis is the outputs; `inputs` is the product of the others.
  init(_ parameter: Parameter, inputs: Int) {
    let columns = parameter.shape[parameter.shape.rank - 1]
    // Outputs first and the rest in order: torch's (out, in) and its 1×1 kernels.
    let outputsFirst = Array(parameter.axes.suffix(1) + parameter.axes.dropLast())
    let rest = outputsFirst.filter { parameter.stored.shape[$0] > 1 }
    isTransposed = !parameter.isCanonical && rest == rest.sorted()
    values = isTransposed ? parameter.stored : parameter.tensor
    self.inputs = inputs
    leadingDimension = isTransposed ? inputs : columns
  }

  /// How many values behind the matrix's first the weights of output `column` begin.
  func offset(ofColumn column: Int) -> Int {
    isTransposed ? column * leadingDimension : column
  }
}

/// The product of a vector and a parameter's matrix: (1, in) × (in, out) → (1, out). It takes as long as reading the matrix
/// does, so the cores divide its columns.
func vectorTimesMatrix(_ vector: Tensor, _ parameter: Parameter, output: Shape) -> Tensor {
  let matrix = KernelMatrix(parameter, inputs: vector.count)
  return Tensor(shape: output) { destination in
    vector.withUnsafeElements { vector in
      matrix.values.withUnsafeElements { values in
        parallel(over: Split(output.elementCount, limit: 512)) { outputs in
          guard let vector = vector.baseAddress, let values = values.baseAddress,
            let target = destination.baseAddress
          else { return }
          KernelSet.current.table.pointee.dense(
            vector, values + matrix.offset(ofColumn: outputs.lowerBound), matrix.leadingDimension,
            matrix.isTransposed, target + outputs.lowerBound, matrix.inputs, outputs.count)
        }
      }
    }
  }
}
