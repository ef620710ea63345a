import CAMNet

/// A kernel that several layers share, split into their parts: the notebook splits the CAM convolution's kernel before it
/// splits the feature maps.
struct KernelSplitStep: WalkthroughStep {
  let name: String
  let section = Section.network
  let block: String?
  let operation = "split_weights"
  /// The layers that read a part each, in order.
  private let parts: [LayerShapes]

  /// A step for each kernel that is split, in the order in which they are needed.
  static func all(in shapes: [LayerShapes]) -> [KernelSplitStep] {
    var kernels: [(parameter: ParameterName, parts: [LayerShapes])] = []
    for entry in shapes where entry.layer.weightsSlice != nil {
      let parameter = entry.layer.parameterName(.weights)
      if let index = kernels.firstIndex(where: { $0.parameter == parameter }) {
        kernels[index].parts.append(entry)
      } else {
        kernels.append((parameter, [entry]))
      }
    }
    return kernels.enumerated().map { index, kernel in
      KernelSplitStep(
        name: index == 0 ? "kernels" : "kernels_\(index + 1)", block: kernel.parts[0].layer.block,
        parts: kernel.parts)
    }
  }

  private var first: Layer { parts[0].layer }
  private var parameter: ParameterName { first.parameterName(.weights) }

  /// Whether the step comes right before a layer, once: it is the first of the block in which the kernel is read, or reads
  /// it itself.
  func precedes(_ layer: Layer) -> Bool {
    block == nil ? layer.name == first.name : layer.block == block
  }

  /// Each part's output channels.
  private var ranges: [Range<Int>] { parts.compactMap(\.layer.weightsSlice?.outputChannels) }

  func plan(_ planning: Planning) -> StepPlan {
    let kernels = planning.model.model.network.parameters
    guard let whole = kernels.first(where: { $0.name == parameter })?.shape,
      let half = first.kind.parameters(for: parts[0].inputs).first(where: { $0.role == .weights })
    else { preconditionFailure("a layer that reads a part of a kernel declares it") }
    let names = (1...parts.count).map { "kernel\($0)" }.joined(separator: ", ")
    return StepPlan(
      keys: ["kernels"], code: "\(names) = \(expression(whole: whole))", assigns: "kernel1",
      inputs: [whole], output: half.shape,
      fields: [
        "whole": whole.crossDescription, "half": half.shape.crossDescription,
        "count": "\(parts.count)", "layer": parameter.layer, "even": isEven(whole),
      ])
  }

  private func expression(whole: Shape) -> String {
    isEven(whole)
      ? "split(W, \(parts.count), axis=3)"
      : ranges.map { "W[..., \($0.lowerBound):\($0.upperBound)]" }.joined(separator: ", ")
  }

  /// Whether the parts are equal and are all of the kernel, one behind the other.
  private func isEven(_ whole: Shape) -> Bool {
    let width = whole[3] / parts.count
    return ranges == parts.indices.map { $0 * width..<($0 + 1) * width }
      && width * parts.count == whole[3]
  }

  func run(_ walk: Walk) -> StepOutcome {
    let half = walk.model.executor.parameters[parameter].tensor.outputChannels(ranges[0])
    return StepOutcome(statistics: half.statistics, tensor: { half })
  }

  func program(_ cell: inout PythonCell, _ step: Step, _ report: Report) {
    cell.line("W = \(report.model.pythonRead(parameter))")
    cell.line(step.code)
    cell.show("kernel1", step)
  }
}
