/// The gradient of a convolution's weights: at each tap and pair of channels, the sum over the output's places of what the tap
/// saw there times the gradient there. The shape is the kernel's: (height, width, in / groups, outputs).
///
/// Threads divide the weights and never a sum, whose parts are added in an order that depends on shapes alone: the same bytes come
/// of any number of threads.
func weightsGradient(
  of convolution: Convolution, input: Tensor, gradient: Tensor, _ options: ExecutionOptions
) -> Tensor {
  if convolution.isDepthwise && input.shape[3] == convolution.groups {
    return DepthwiseWeightsGradient(
      convolution.window, input: input.shape, output: gradient.shape, kernels: options.kernels
    ).run(input, gradient)
  }
  let algorithm = LayerAlgorithm.choice(
    for: convolution, input: input.shape, output: gradient.shape, options)
  if let tile = algorithm.tile {
    return WinogradWeightsGradient(
      convolution, input: input.shape, output: gradient.shape, tile: tile,
      kernels: options.kernels
    ).run(input, gradient)
  }
  return DirectWeightsGradient(
    convolution, input: input.shape, output: gradient.shape, kernels: options.kernels
  ).run(input, gradient)
}

/// Rows of weights, neighbours in a kernel, that one thread makes for a panel of outputs.
struct WeightsBlock {
  let group: Int
  /// The panel's number among those of all groups.
  let panel: Int
  /// The first of the panel's outputs among all.
  let output: Int
  /// How many outputs the panel has.
  let columns: Int
  let rows: Range<Int>

  /// Blocks of about `limit` rows of all panels, panel by panel.
  static func blocks(
    groups: Int, groupOutputs: Int, rows: Int, limit: Int, panel width: Int
  ) -> [WeightsBlock] {
    let panels = (groupOutputs + width - 1) / width
    return (0..<groups * panels).flatMap { index in
      let (group, panel) = (index / panels, index % panels)
      return Split(rows, limit: limit).map {
        WeightsBlock(
          group: group, panel: index, output: group * groupOutputs + panel * width,
          columns: min(width, groupOutputs - panel * width), rows: $0)
      }
    }
  }
}
