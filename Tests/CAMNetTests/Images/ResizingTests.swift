import CAMNet
import Crypto
import Foundation
import TestSupport
import Testing

/// Resizing against Pillow, byte for byte.
@Suite struct ResizingTests {
  struct Reference: Decodable {
    let cases: [String: Case]

    struct Case: Decodable {
      let size: [Int]?
      let rgbSha256: String?
      let resize: [String: Resized]?
    }

    struct Resized: Decodable {
      let rgbSha256: String
    }
  }

  struct Expected: Decodable {
    let resizedSha256: [String: String]
    let crop8: Data
  }

  @Test(arguments: ["coffee.jpg", "cat.jpg"])
  func `photos are decoded and resized as Pillow does`(name: String) throws {
    let reference = try Fixture.json("efficientnet-lite0.json", as: Reference.self)
    let expected = try #require(reference.cases[name])
    let photo = try RGBImage(contentsOf: Fixture.example(name))
    #expect([photo.width, photo.height] == expected.size)
    #expect(sha256(photo) == expected.rgbSha256)
    for filter in ResizeFilter.allCases {
      let resized = photo.resized(width: 224, height: 224, filter: filter)
      #expect(sha256(resized) == expected.resize?[filter.rawValue]?.rgbSha256, "\(filter)")
    }
  }

  @Test func `odd sizes, up and down, are as Pillow's`() throws {
    let expected = try Fixture.json("image-expected.json", as: Expected.self).resizedSha256
    let image = try RGBImage(contentsOf: Fixture.path("image-rgb.png"))
    for (key, hash) in expected {
      let parts = key.split { "x ".contains($0) }
      let (width, height) = (try #require(Int(parts[0])), try #require(Int(parts[1])))
      let filter = try #require(ResizeFilter(rawValue: String(parts[2])))
      #expect(sha256(image.resized(width: width, height: height, filter: filter)) == hash, "\(key)")
    }
  }

  @Test func `a crop is the centre of the photo with its shortest side resized`() throws {
    let expected = try Fixture.json("image-expected.json", as: Expected.self).crop8
    let image = try RGBImage(contentsOf: Fixture.path("image-rgb.png"))
    let prepared = image.prepared(size: 8, filter: .bicubic, fitting: .crop(1))
    #expect(Data(prepared.image.pixels) == expected)
    // 17 × 11 becomes 12 × 8, of which columns 2 to 9 are kept.
    #expect(abs(prepared.region.x - 2 * 17.0 / 12) < 1e-9)
    #expect(abs(prepared.region.width - 8 * 17.0 / 12) < 1e-9)
    #expect(prepared.region.y == 0 && prepared.region.height == 11)
  }

  @Test func `without a crop the whole photo is the input`() throws {
    let image = try RGBImage(contentsOf: Fixture.path("image-rgb.png"))
    let prepared = image.prepared(size: 8, filter: .bilinear, fitting: .squeeze)
    #expect(prepared.image == image.resized(width: 8, height: 8, filter: .bilinear))
    #expect(prepared.region == .init(x: 0, y: 0, width: 17, height: 11))
  }

  private func sha256(_ image: RGBImage) -> String {
    SHA256.hash(data: image.pixels).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
