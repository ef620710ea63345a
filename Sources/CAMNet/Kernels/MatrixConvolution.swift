import COpenBLAS

/// A convolution as a matrix product: each output pixel's window becomes a row ("im2col"), and
/// rows × kernel (height · width · input channels, output channels) gives the output, by OpenBLAS.
///
/// A 1×1 window of stride 1 is the product itself, with no rows to copy. Groups are products over some columns of the
/// same matrices. Rows are made in bands, so that memory stays small at any input size.
func matrixConvolution(
  _ input: Tensor, kernel: Parameter, kernelChannels: Range<Int>?, groups: Int, window: Window,
  output: Shape, epilogue: Epilogue
) -> Tensor {
  let inputChannels = input.shape[3]
  let groupInputs = inputChannels / groups
  let groupOutputs = output[3] / groups
  let depth = window.height * window.width * groupInputs
  let matrix = KernelMatrix(kernel, rows: depth)
  let firstOutput = kernelChannels?.lowerBound ?? 0
  let geometry = WindowGeometry(window, input: input.shape, output: output)
  let width = output[2]
  let isProduct = window.height == 1 && window.width == 1 && window.stride == 1 && groups == 1

  // About 4 MB of rows at a time.
  let band = isProduct ? output[1] : min(output[1], max(1, (1 << 20) / (width * depth)))
  return Tensor(shape: output) { destination in
    input.withUnsafeElements { source in
      matrix.values.withUnsafeElements { weights in
        withUnsafeTemporaryAllocation(
          of: Float.self, capacity: isProduct ? 1 : band * width * depth
        ) { rows in
          guard let results = destination.baseAddress, let pixels = source.baseAddress,
            let weights = weights.baseAddress, let rows = rows.baseAddress
          else { return }
          for start in stride(from: 0, to: output[1], by: band) {
            let height = min(band, output[1] - start)
            let bandResults = results + start * width * output[3]
            for group in 0..<groups {
              if !isProduct {
                parallel(over: height) { row in
                  gather(
                    into: rows + row * width * depth, row: start + row, width: width,
                    geometry: geometry, pixels: pixels + group * groupInputs,
                    inputChannels: inputChannels, groupInputs: groupInputs)
                }
              }
              cblas_sgemm(
                CblasRowMajor, CblasNoTrans, matrix.isTransposed ? CblasTrans : CblasNoTrans,
                blasint(height * width), blasint(groupOutputs), blasint(depth),
                1, isProduct ? pixels : UnsafePointer(rows), blasint(depth),
                weights + matrix.offset(ofColumn: firstOutput + group * groupOutputs),
                blasint(matrix.leadingDimension),
                0, bandResults + group * groupOutputs, blasint(output[3]))
            }
            parallel(over: height) { row in
              epilogue.apply(
                to: bandResults + row * width * output[3], pixels: width, channels: output[3])
            }
          }
        }
      }
    }
  }
}

/// One line of windows, each as a row of (tap, channel) values; taps outside the input are zero.
private func gather(
  into rows: UnsafeMutablePointer<Float>, row: Int, width: Int, geometry: WindowGeometry,
  pixels: UnsafePointer<Float>, inputChannels: Int, groupInputs: Int
) {
  let depth = geometry.window.height * geometry.window.width * groupInputs
  rows.initialize(repeating: 0, count: width * depth)
  for column in 0..<width {
    let target = rows + column * depth
    geometry.forEachTap(row: row, column: column) { tap, pixel in
      (target + tap * groupInputs).update(from: pixels + pixel * inputChannels, count: groupInputs)
    }
  }
}

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
