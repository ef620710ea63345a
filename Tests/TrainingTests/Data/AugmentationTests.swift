import CAMNet
import Testing
import Training

@Suite("Augmentation")
struct AugmentationTests {
  private let image = SyntheticWeights(seed: "augmentation").image(width: 40, height: 30)

  private func draws(_ photo: Int) -> Draws { Draws(seed: "s", .augmentation, photo: "\(photo)") }

  @Test("every augmentation gives the same picture for the same draws, and others for others")
  func deterministic() {
    for augmentation in Augmentations.all {
      let pictures = (0..<12).map { augmentation.changed(image, draws($0)) }
      #expect(pictures == (0..<12).map { augmentation.changed(image, draws($0)) })
      #expect(Set(pictures).count > 1, "\(augmentation.name)")
    }
    #expect(Set(Augmentations.all.map(\.name)) == ["flip", "crop", "color"])
  }

  @Test("flip mirrors every other picture, pixel for pixel")
  func flip() {
    let pictures = (0..<200).map { RandomFlip().changed(image, draws($0)) }
    let mirrored = pictures.filter { $0 != image }
    #expect((70...130).contains(mirrored.count))
    #expect(Set(mirrored).count == 1)
    for y in 0..<30 {
      for x in 0..<40 {
        let (place, other) = ((y * 40 + x) * 3, (y * 40 + 39 - x) * 3)
        #expect(
          mirrored[0].pixels[place..<place + 3].elementsEqual(image.pixels[other..<other + 3]))
      }
    }
  }

  @Test("crop takes a part of 0.6 to 1 of the area, with sides of 3 : 4 to 4 : 3, at any place")
  func crop() {
    // Pixels that say where they are.
    let pixels = (0..<200 * 180).flatMap { place -> [UInt8] in
      [UInt8(place % 200), UInt8(place / 200), 0]
    }
    let photo = RGBImage(width: 200, height: 180, pixels: pixels)
    var corners: Set<[UInt8]> = []
    for index in 0..<200 {
      let part = RandomCrop().changed(photo, draws(index))
      let (left, top) = (Int(part.pixels[0]), Int(part.pixels[1]))
      corners.insert([part.pixels[0], part.pixels[1]])
      #expect(left + part.width <= 200 && top + part.height <= 180)
      let last = part.pixels.count - 3
      #expect(Int(part.pixels[last]) == left + part.width - 1)
      #expect(Int(part.pixels[last + 1]) == top + part.height - 1)
      let area = Double(part.width * part.height) / (200 * 180)
      let ratio = Double(part.width) / Double(part.height)
      // Sides are whole numbers.
      #expect((0.59...1.01).contains(area) && (0.74...1.35).contains(ratio))
    }
    #expect(corners.count > 150)
  }

  @Test(
    "of a photo that no such part fits, crop takes the middle",
    arguments: [(400, 10), (10, 400), (1, 1), (1, 50), (50, 1)])
  func narrow(width: Int, height: Int) {
    let photo = SyntheticWeights(seed: "narrow").image(width: width, height: height)
    let part = RandomCrop().changed(photo, draws(1))
    #expect(part.width == max(1, min(width, Int((Double(height) * 4 / 3).rounded()))))
    #expect(part.height == max(1, min(height, Int((Double(width) * 4 / 3).rounded()))))
  }

  @Test("color changes brightness, contrast and saturation by a fifth at most, and keeps grey grey")
  func color() {
    let grey = RGBImage(width: 2, height: 1, pixels: [100, 100, 100, 100, 100, 100])
    let levels = (0..<300).map { RandomColor().changed(grey, draws($0)).pixels }
    // One grey has no contrast and no saturation, so only its brightness changes.
    #expect(levels.allSatisfy { Set($0).count == 1 && (80...120).contains($0[0]) })
    #expect(Set(levels.map { $0[0] }).count > 30)
    let colors = RGBImage(width: 2, height: 1, pixels: [255, 0, 0, 0, 0, 255])
    let changed = (0..<300).map { RandomColor().changed(colors, draws($0)).pixels }
    #expect(changed.allSatisfy { $0[0] > $0[1] && $0[5] > $0[4] })
    #expect(Set(changed).count > 200)
  }
}
