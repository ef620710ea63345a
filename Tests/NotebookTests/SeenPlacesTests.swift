import CAMNet
import Notebook
import Testing

@Suite struct SeenPlacesTests {
  private let photo = RGBImage(
    width: 90, height: 90, pixels: (0..<90 * 90 * 3).map { UInt8($0 % 251) })

  private var squeezed: PreparedInput {
    photo.prepared(size: 90, filter: .nearest, fitting: .squeeze)
  }

  /// A map of 9 × 9 places with some values, −1 elsewhere.
  private func map(_ values: [(row: Int, column: Int, value: Float)]) -> Tensor {
    var elements = [Float](repeating: -1, count: 81)
    for (row, column, value) in values { elements[row * 9 + column] = value }
    return Tensor(shape: [9, 9], elements)
  }

  private func places(_ values: [(row: Int, column: Int, value: Float)]) throws
    -> [SeenPlaces.Place]
  {
    guard
      case .some(let places) = SeenPlaces(
        map(values), of: squeezed, on: (photo.width, photo.height))
    else {
      throw NoPlaces()
    }
    return places
  }

  private struct NoPlaces: Error {}

  @Test func `a place is named in all nine parts of the photo`() throws {
    let words = try Words(.english, .builtIn)
    var keys: Set<String> = []
    for row in 0..<3 {
      for column in 0..<3 {
        let place = try #require(try places([(row * 3 + 1, column * 3 + 1, 4)]).first)
        #expect(abs(place.x - (Double(column) + 0.5) / 3) < 1e-9)
        #expect(abs(place.y - (Double(row) + 0.5) / 3) < 1e-9)
        #expect(place.share == 1)
        #expect(words.has(place.key), "\(place.key)")
        keys.insert(place.key)
      }
    }
    #expect(keys.count == 9)
  }

  @Test func `the first place is where most of the evidence is, not between two`() throws {
    let places = try places([(1, 1, 4), (7, 7, 4), (7, 6, 4)])
    #expect(places.map(\.key) == ["place.lower_right", "place.upper_left"])
    #expect(abs(places[0].share - 2.0 / 3) < 1e-9)
    // A part of less than half as much goes without saying.
    #expect(try self.places([(1, 1, 3), (7, 7, 5), (7, 6, 4)]).count == 1)
  }

  @Test func `a centre near the border of two thirds says both`() {
    func place(_ x: Double, _ y: Double) -> SeenPlaces.Place { .init(x: x, y: y, share: 1) }
    #expect(place(0.5, 0.37).key == "place.middle_center")
    #expect(place(0.5, 0.37).toward == "toward.upper")
    #expect(place(0.3, 0.65).toward == "toward.lower_center")
    #expect(place(0.5, 0.5).toward == nil)
    #expect(place(0.01, 0.99).toward == nil)
  }

  @Test func `of a photo's cut out centre, places are the photo's`() throws {
    let wide = RGBImage(
      width: 270, height: 90, pixels: (0..<270 * 90 * 3).map { UInt8($0 % 251) })
    let input = wide.prepared(size: 90, filter: .nearest, fitting: .crop(1))
    guard
      case .some(let places) = SeenPlaces(
        map([(1, 0, 4)]), of: input, on: (wide.width, wide.height))
    else {
      throw NoPlaces()
    }
    // The left edge of the centre.
    #expect(places.map(\.key) == ["place.upper_center"])
    #expect(abs(places[0].x - 95.0 / 270) < 1e-9)
  }

  @Test func `no place is named where none stands out`() {
    func seen(_ values: [Float], _ photo: RGBImage? = nil) -> SeenPlaces {
      let photo = photo ?? self.photo
      return SeenPlaces(
        Tensor(shape: [3, 3], values),
        of: photo.prepared(size: 3, filter: .nearest, fitting: .squeeze),
        on: (photo.width, photo.height))
    }
    #expect(seen([-1, -2, 0, -3, -1, -1, -1, -1, -1]) == .nowhere)
    #expect(seen([Float](repeating: 2, count: 9)) == .alike)
    #expect(seen([4, 4, 4, 4, 4, 4, 1, 1, 1]) == .most(area: 6.0 / 9))
    let pixel = RGBImage(width: 1, height: 1, pixels: [1, 2, 3])
    #expect(seen([9, 1, 1, 1, 1, 1, 1, 1, 1], pixel) == .alike)
  }

  @Test func `every headline has its words`() throws {
    let words = try Words(.english, .builtIn)
    let place = SeenPlaces.Place(x: 0.1, y: 0.5, share: 0.4)
    let other = SeenPlaces.Place(x: 0.9, y: 0.5, share: 0.3)
    func headline(_ places: SeenPlaces) -> String {
      places.sentence(["model": "M", "label": "cat", "probability": "90 %"], words)
    }
    #expect(headline(.some([place])).contains("most closely at the left: 40\u{A0}% of"))
    #expect(
      headline(.some([place, other])).contains(
        "in two places: at the left (40\u{A0}% of what speaks for it) and at the right (30\u{A0}%)."
      ))
    #expect(headline(.some([place, place])).contains("in two places, both at the left (40"))
    #expect(
      headline(.some([place, other, other])).contains("in 3 places, most closely at the left"))
    let leaning = SeenPlaces.Place(x: 0.5, y: 0.36, share: 0.6)
    #expect(
      headline(.some([leaning])).contains("mostly at the centre, towards the top: 60\u{A0}% of"))
    #expect(headline(.most(area: 0.75)).contains("75\u{A0}% of it"))
    for places in [SeenPlaces.nowhere, .alike] { #expect(words.has(places.key)) }
  }
}
