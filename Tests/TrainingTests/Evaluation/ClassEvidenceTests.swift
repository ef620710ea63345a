import CAMNet
import Foundation
import Testing
import Training

@Suite struct ClassEvidenceTests {
  private func spot(x: Double, y: Double) -> (x: Double, y: Double) { (x, y) }

  /// Maps of a spot at some place of 28 × 28 pixels, where 0 is the left or the top and 1 the right or the bottom.
  private func evidence(_ spots: [(x: Double, y: Double)], label: Int = 0) -> [PhotoEvidence] {
    spots.compactMap { spot in
      let values = (0..<28 * 28).map { index in
        let across = (Double(index % 28) + 0.5) / 28 - spot.x
        let down = (Double(index / 28) + 0.5) / 28 - spot.y
        let distance: Double = across * across + down * down
        return Float(exp(-distance / 0.02))
      }
      return PhotoEvidence(label: label, map: Tensor(shape: [28, 28], values), boxes: [])
    }
  }

  @Test
  func
    `maps that sit in a corner whatever the photo are named, and those that follow objects are not`()
  {
    let corner = (0..<6).map { spot(x: 0.1 + Double($0) * 0.002, y: 0.9) }
    let wandering = (0..<6).map { spot(x: 0.1 + Double($0) * 0.16, y: 0.9 - Double($0) * 0.15) }
    let all = ClassEvidence.all(
      evidence(corner) + evidence(wandering, label: 1), classes: 3)
    #expect(all.map(\.isFixed) == [true, false, false])
    #expect(all.map(\.photos) == [6, 6, 0])
    #expect((all[0].likeness ?? 0) > 0.9 && (all[1].likeness ?? 1) < 0.6)
    #expect(all[0].peakX < 0.2 && all[0].peakY > 0.8)
    #expect(all[0].alongBorder > all[1].alongBorder)
  }

  @Test func `maps in the middle, and those of few photos, say nothing of the reason`() {
    let middle = (0..<6).map { spot(x: 0.5 + Double($0) * 0.002, y: 0.5) }
    let few = (0..<4).map { _ in spot(x: 0.1, y: 0.1) }
    let all = ClassEvidence.all(evidence(middle) + evidence(few, label: 1), classes: 2)
    #expect(all.map(\.isFixed) == [false, false])
    #expect(all[0].inMiddle > 0.7)
  }
}
