import CAMNet
import Foundation
import ONNX

extension FuzzTarget {
  /// Networks from ONNX files, run plainly and as layers.
  static let network = FuzzTarget(
    name: "onnx", seeds: { try fixtures("network-", "onnx") },
    run: { bytes in
      let file = try ONNXFile(FileBytes(bytes, name: "network.onnx"))
      let graph = try ImportedGraph(file, size: (8, 8))
      // What a file asks for may take long and is fine.
      let largest = 1 << 16
      guard graph.multiplyAdds < largest, graph.elements < largest else { return }
      try graph.run(Tensor(shape: graph.input.shape, repeating: 0.5)) { _, _ in }
      let imported = try ImportedModel(file, size: 8)
      let parameters = try NetworkParameters(imported.store, for: imported.model)
      let network = imported.model.network
      _ = try network.shapes().map { "\($0.layer.code)\($0.layer.kind.settings)\($0.output)" }
      let input = Tensor(
        shape: Network.inputShape(network.defaultSize), repeating: 128)
      try Executor(network, parameters: parameters).withForwardPass(input) { try $0.finish() }
    })
}
