import CAMNet
import Foundation
import TestSupport
import Testing

/// Example photos made small and put at known places on grey: what maps, boxes and parts say is held against where the object
/// is.
@Suite struct CompositeTests {
  /// A photo on grey, and where.
  struct Composite {
    let image: RGBImage
    /// The object's columns and rows.
    let x: Range<Int>
    let y: Range<Int>
  }

  static let size = 224

  /// A hundred composites of each example, of a third to a half of the input, at places drawn at random.
  static func composites() throws -> [Composite] {
    var generator = SeededGenerator(seed: 15)
    return try ["coffee.jpg", "cat.jpg"].flatMap { name in
      let photo = try RGBImage(contentsOf: Fixture.example(name))
      return (0..<100).map { _ in
        let side = Int.random(in: size / 3...size / 2, using: &generator)
        let small = photo.resized(width: side, height: side, filter: .bicubic)
        let left = Int.random(in: 0...size - side, using: &generator)
        let top = Int.random(in: 0...size - side, using: &generator)
        var pixels = [UInt8](repeating: 128, count: size * size * 3)
        for row in 0..<side {
          let target = ((top + row) * size + left) * 3
          pixels.replaceSubrange(
            target..<target + side * 3, with: small.pixels[row * side * 3..<(row + 1) * side * 3])
        }
        return Composite(
          image: RGBImage(width: size, height: size, pixels: pixels), x: left..<left + side,
          y: top..<top + side)
      }
    }
  }

  @Test func experiment() throws {
    let model = Model.efficientNetLite0
    let executor = Executor(
      model.network, parameters: try NetworkParameters(model.embeddedWeights(), for: model))
    let shapes = try model.network.shapes()
    let entry = try #require(shapes.first { $0.layer.name == "features" })
    print(entry.receptiveField as Any)
    var hits: [Placement: Int] = [:]
    var offsets = [Int: Int]()
    var ious: [String: [Double]] = [:]
    var thirds: [String: [Bool]] = [:]
    for composite in try Self.composites() {
      let outputs = try executor.outputs(of: ["features", "logits"], for: composite.image)
      let best = Prediction.top(1, of: outputs[1])[0]
      let map = try ClassActivationMap(
        features: outputs[0], executor: executor, classIndex: best.index
      ).map
      for placement in Placement.allCases {
        let grid = placement.grid(of: map.shape, entry.receptiveField, size: 224)
        let large = map.upsampledBilinearly(grid)
        let values = large.elements
        let hottest = values.indices.max { values[$0] < values[$1] }!
        let isHit = composite.x.contains(hottest % 224) && composite.y.contains(hottest / 224)
        hits[placement, default: 0] += isHit ? 1 : 0
        for scale in [BoundingBox.Scale.range, .maximum] {
          for threshold in stride(from: Float(0.1), to: 0.95, by: 0.05) {
            guard let box = BoundingBox(large, threshold: threshold, of: scale) else { continue }
            let w = max(
              0, min(box.x + box.width, composite.x.upperBound) - max(box.x, composite.x.lowerBound)
            )
            let h = max(
              0,
              min(box.y + box.height, composite.y.upperBound) - max(box.y, composite.y.lowerBound))
            let both = Double(w * h)
            let iou =
              both / (Double(box.width * box.height + composite.x.count * composite.y.count) - both)
            ious["\(placement) \(scale) \(threshold)", default: []].append(iou)
          }
        }
        if isHit {
          let parts = EvidenceParts(large).parts
          let cx = Double(composite.x.lowerBound + composite.x.upperBound) / 2 / 224
          let cy = Double(composite.y.lowerBound + composite.y.upperBound) / 2 / 224
          let p = parts[0]
          func third(_ v: Double) -> Int { min(Int(v * 3), 2) }
          thirds["\(placement) parts", default: []].append(
            third(p.x) == third(cx) && third(p.y) == third(cy))
          thirds["\(placement) each", default: []] += [
            third(p.x) == third(cx), third(p.y) == third(cy),
          ]
          let hx = (Double(hottest % 224) + 0.5) / 224
          let hy = (Double(hottest / 224) + 0.5) / 224
          thirds["\(placement) hottest", default: []].append(
            third(hx) == third(cx) && third(hy) == third(cy))
          // in the object's extent of thirds
          let tx =
            third(
              Double(composite.x.lowerBound) / 224)...third(
              Double(composite.x.upperBound - 1) / 224)
          let ty =
            third(
              Double(composite.y.lowerBound) / 224)...third(
              Double(composite.y.upperBound - 1) / 224)
          thirds["\(placement) parts-extent", default: []].append(
            tx.contains(third(p.x)) && ty.contains(third(p.y)))
          let inside = composite.x.contains(Int(p.x * 224)) && composite.y.contains(Int(p.y * 224))
          thirds["\(placement) inside", default: []].append(inside)
          thirds["\(placement) two", default: []].append(
            parts.count > 1 && parts[1].share > parts[0].share / 2)
          thirds["\(placement) area", default: []].append(parts[0].area > 0.5)
          thirds["\(placement) half", default: []].append(parts[0].share > 0.5)
        }
      }
      // offsets: where within the place
      for d in stride(from: 0, through: 32, by: 4) {
        let values = map.elements
        let hottest = values.indices.max { values[$0] < values[$1] }!
        let x = hottest % 7 * 32 + d
        let y = hottest / 7 * 32 + d
        if composite.x.contains(x) && composite.y.contains(y) { offsets[d, default: 0] += 1 }
      }
    }
    print(hits, offsets.sorted { $0.key < $1.key })
    for (k, v) in ious.sorted(by: { $0.key < $1.key }) {
      print(k, v.reduce(0, +) / Double(v.count), Double(v.count { $0 > 0.5 }) / 200)
    }
    for (k, v) in thirds.sorted(by: { $0.key < $1.key }) { print(k, v.count { $0 }, v.count) }
  }
}
