import CAMNet
import Notebook
import TestSupport
import Testing

/// The composites' size, in pixels a side.
private let size = 224

/// Example photos made small and put at known places on grey: what maps, boxes and headlines say of where is held against
/// where the object is. docs/where.md has the figures.
@Suite struct CompositeTests {
  /// A photo on grey, where it is, and the map of its most probable class.
  private struct Composite {
    let photo: RGBImage
    let input: PreparedInput
    /// The object's columns and rows.
    let x: Range<Int>
    let y: Range<Int>
    let map: Tensor

    /// Whether the map's largest value lies in the object.
    func isHit(_ enlarged: Tensor) -> Bool {
      let values = enlarged.elements
      guard let hottest = values.indices.max(by: { values[$0] < values[$1] }) else { return false }
      return x.contains(hottest % size) && y.contains(hottest / size)
    }

    /// What a box and the object have in common, as a share of what they cover together.
    func overlap(_ box: BoundingBox) -> Double {
      let columns = x.clamped(to: box.x..<box.x + box.width).count
      let rows = y.clamped(to: box.y..<box.y + box.height).count
      let both = Double(columns * rows)
      return both / (Double(box.width * box.height + x.count * y.count) - both)
    }
  }

  private static let model = Model.efficientNetLite0
  private let composites: [Composite]
  private let field: ReceptiveField?

  /// Fifty composites of each example, a third to a half of the input large, at places drawn from a seed.
  init() throws {
    let executor = Executor(
      Self.model.network,
      parameters: try NetworkParameters(Self.model.embeddedWeights(), for: Self.model))
    field = try Self.model.network.shapes().first { $0.layer.name == "features" }?.receptiveField
    var generator = SeededGenerator(seed: 15)
    composites = try ["coffee.jpg", "cat.jpg"].flatMap { name in
      let object = try RGBImage(contentsOf: Fixture.example(name))
      return try (0..<50).map { _ in
        let side = Int.random(in: size / 3...size / 2, using: &generator)
        let left = Int.random(in: 0...size - side, using: &generator)
        let top = Int.random(in: 0...size - side, using: &generator)
        let photo = object.onGray(side: side, left: left, top: top, of: size)
        let outputs = try executor.outputs(of: ["features", "logits"], for: photo)
        let best = Prediction.top(1, of: outputs[1])[0].index
        return Composite(
          photo: photo,
          input: photo.prepared(size: InputSize(size), filter: .nearest, fitting: .squeeze),
          x: left..<left + side, y: top..<top + side,
          map: try ClassActivationMap(features: outputs[0], executor: executor, classIndex: best)
            .map)
      }
    }
  }

  private func enlarged(_ placement: Placement) -> [(composite: Composite, map: Tensor)] {
    composites.map {
      (
        $0,
        $0.map.upsampledBilinearly(placement.grid(of: $0.map.shape, field, size: InputSize(size)))
      )
    }
  }

  @Test func `the middles of places hit the object far more often than TensorFlow 1's corners`() {
    let rates = Dictionary(
      uniqueKeysWithValues: Placement.allCases.map { placement in
        (placement, Double(enlarged(placement).count { $0.isHit($1) }) / 100)
      })
    let (center, notebook) = (rates[.center] ?? 0, rates[.notebook] ?? 1)
    #expect(center >= 0.75, "\(rates)")
    #expect(notebook <= center - 0.15, "\(rates)")
  }

  @Test func `the default box fits the object far better than the paper's share`() {
    func overlaps(_ threshold: Float) -> [Double] {
      enlarged(.center).map { composite, map in
        BoundingBox(map, threshold: threshold).map(composite.overlap) ?? 0
      }
    }
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    func fitting(_ values: [Double]) -> Int { values.count { $0 > 0.5 } }
    let (chosen, paper) = (
      overlaps(BoundingBox.defaultThreshold), overlaps(BoundingBox.paperThreshold)
    )
    #expect(mean(chosen) >= 0.6, "\(mean(chosen))")
    #expect(fitting(chosen) >= 80, "\(fitting(chosen))")
    #expect(mean(paper) < 0.45 && fitting(paper) < 30, "\(mean(paper)), \(fitting(paper))")
  }

  @Test
  func
    `where the hottest pixel lies in the object, the headline names the object's third of rows and columns`()
  {
    var (rows, columns, all) = (0, 0, 0)
    for (composite, map) in enlarged(.center) where composite.isHit(map) {
      guard
        case .some(let places) = SeenPlaces(map, of: composite.input, on: (size, size))
      else { continue }
      func third(_ range: Range<Int>) -> Int {
        (range.lowerBound + range.upperBound) * 3 / (2 * size)
      }
      // The third that is named, and the one it is said to be towards.
      let named = [places[0].key, places[0].toward ?? ""]
      func isNamed(_ names: [String], _ range: Range<Int>) -> Bool {
        named.contains { $0.contains(names[third(range)]) }
      }
      all += 1
      rows += isNamed(["upper", "middle", "lower"], composite.y) ? 1 : 0
      columns += isNamed(["left", "center", "right"], composite.x) ? 1 : 0
    }
    #expect(all >= 75)
    #expect(Double(rows + columns) / Double(2 * all) >= 0.9, "\(rows) and \(columns) of \(all)")
  }
}

extension RGBImage {
  /// A photo made `side` pixels a side and put on grey.
  fileprivate func onGray(side: Int, left: Int, top: Int, of size: Int) -> RGBImage {
    let small = resized(width: side, height: side, filter: .bicubic)
    var pixels = [UInt8](repeating: 128, count: size * size * 3)
    for row in 0..<side {
      let target = ((top + row) * size + left) * 3
      pixels.replaceSubrange(
        target..<target + side * 3, with: small.pixels[row * side * 3..<(row + 1) * side * 3])
    }
    return RGBImage(width: size, height: size, pixels: pixels)
  }
}
