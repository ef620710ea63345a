import CAMNet

/// A network as a drawing: each layer a block, as high as its feature maps are large and as wide as they are many, in
/// the order in which they run; a click leads to the layer's step. SVG.
struct NetworkDrawing {
  private let layers: [LayerShapes]
  private let height = 96.0
  private let gap = 2.0

  init(_ layers: [LayerShapes]) {
    self.layers = layers
  }

  var svg: String {
    var x = 0.0
    var blocks: [String] = []
    let largest = layers.map { Double($0.size) }.max() ?? 1
    for layer in layers {
      // Square roots, so that 7 × 7 is still to be seen beside 224 × 224.
      let blockHeight = max((Double(layer.size) / largest).squareRoot() * height, 6)
      let width = 3 + 1.6 * Double(Int.bitWidth - layer.channels.leadingZeroBitCount)
      let tip = "\(layer.layer.name): \(layer.layer.kind.operation), \(layer.output)"
      blocks.append(
        """
        <a href="#\(layer.layer.name)" aria-label="\(tip)"><title>\(tip)</title>\
        <rect class="\(layer.layer.kind.operation)" x="\(fixed(x))" \
        y="\(fixed((height - blockHeight) / 2))" width="\(fixed(width))" \
        height="\(fixed(blockHeight))" rx="1"/></a>
        """)
      x += width + gap
    }
    return """
      <svg class="drawing" viewBox="0 0 \(fixed(x)) \(fixed(height))">
      \(blocks.joined(separator: "\n"))
      </svg>
      """
  }

  private func fixed(_ value: Double) -> String {
    "\((value * 10).rounded() / 10)"
  }
}

extension LayerShapes {
  /// Height of the feature maps; 1 for vectors.
  fileprivate var size: Int { output.rank == 4 ? output[1] : 1 }
  fileprivate var channels: Int { output.dimensions.last ?? 1 }
}
