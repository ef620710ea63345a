import CAMNet
import Plot

/// A network as a drawing: each layer a block, as high as its feature maps are large and as wide as they are many, in
/// the order in which they run.
struct NetworkDrawing: Sendable {
  struct Block: Sendable {
    let layer: LayerShapes
    let x: Double
    let y: Double
    let width: Double
    let height: Double
  }

  let blocks: [Block]
  let width: Double
  let height = 96.0
  /// Made for the first page.
  let svg: Later<String>

  init(_ layers: [LayerShapes]) {
    let gap = 2.0
    let largest = layers.map { Double($0.size) }.max() ?? 1
    var x = 0.0
    blocks = layers.map { [height] layer in
      // Square roots, so that 7 × 7 is still to be seen beside 224 × 224.
      let blockHeight = max((Double(layer.size) / largest).squareRoot() * height, 6)
      let width = 3 + 1.6 * Double(Int.bitWidth - layer.channels.leadingZeroBitCount)
      defer { x += width + gap }
      return Block(
        layer: layer, x: x, y: (height - blockHeight) / 2, width: width, height: blockHeight)
    }
    width = x
    svg = Later { [blocks, width, height] in Self.svg(blocks, width: width, height: height) }
  }

  /// A click on a block leads to its layer's step.
  private static func svg(_ blocks: [Block], width: Double, height: Double) -> String {
    let shapes = blocks.map { block in
      let layer = block.layer
      let operation = layer.layer.kind.operation
      let family = layer.layer.kind.look.family.rawValue
      let tip = "\(layer.layer.name): \(operation), \(layer.shownOutput)"
      return """
        <a href="#\(layer.layer.name)" aria-label="\(tip)"><title>\(tip)</title>\
        <rect class="\(operation == family ? family : "\(operation) \(family)")" x="\(fixed(block.x))" \
        y="\(fixed(block.y))" width="\(fixed(block.width))" \
        height="\(fixed(block.height))" rx="1"/></a>
        """
    }
    return """
      <svg class="drawing" viewBox="0 0 \(fixed(width)) \(fixed(height))" preserveAspectRatio="xMinYMid">
      \(shapes.joined(separator: "\n"))
      </svg>
      """
  }

  private static func fixed(_ value: Double) -> String {
    "\((value * 10).rounded() / 10)"
  }
}

extension LayerLook.Family {
  /// The family's colour on paper; a page's style has the same.
  var color: Color {
    switch self {
    case .convolution: Color(0x0B57A4)
    case .depthwise: Color(0x7A6FD0)
    case .pooling: Color(0x2E8B6F)
    case .dense: Color(0xB3261E)
    case .other: Color(0x595E66)
    }
  }
}

extension LayerShapes {
  /// Height of the feature maps; 1 for vectors.
  fileprivate var size: Int { output.rank == 4 ? output[isChannelsFirst ? 2 : 1] : 1 }

  fileprivate var channels: Int {
    isChannelsFirst ? output[1] : output.dimensions.last ?? 1
  }

  /// Files have channels before pixels, nearly all of them.
  private var isChannelsFirst: Bool { output.rank == 4 && layer.kind.isPlain }
}
