import CAMNet

/// Where on a photo the evidence for a class lies, as a headline says it.
package enum SeenPlaces: Equatable {
  /// No value of the map is positive: nothing in the photo speaks for the class.
  case nowhere
  /// The photo or its map is the same everywhere, so that no place stands out.
  case alike
  /// More than half of the photo reaches half of the map's maximum, so that one place would say too little: how much it is.
  case most(area: Double)
  /// The places, those with most of the evidence first. Parts of the map with less than half as much as the first are left out.
  case some([Place])

  package struct Place: Equatable {
    /// The centre of the place, as fractions of the photo's width and height.
    package let x: Double
    package let y: Double
    /// The share of the map's positive evidence that lies there.
    package let share: Double

    package init(x: Double, y: Double, share: Double) {
      (self.x, self.y, self.share) = (x, y, share)
    }
  }

  /// The places of a class's map on the photo whose part `input` is.
  /// - Parameter photo: the photo's size, in the pixels that the input's region is in.
  package init(
    _ enlarged: Tensor, of input: PreparedInput, on photo: (width: Int, height: Int)
  ) {
    let parts = EvidenceParts(enlarged).parts
    guard let first = parts.first else {
      self = enlarged.elements.contains { $0 > 0 } ? .alike : .nowhere
      return
    }
    guard !input.image.isOneColor else {
      self = .alike
      return
    }
    guard first.area <= 0.5 else {
      self = .most(area: first.area)
      return
    }
    let region = input.region
    self = .some(
      parts.filter { $0.share >= first.share / 2 }.map {
        Place(
          x: (region.x + $0.x * region.width) / Double(photo.width),
          y: (region.y + $0.y * region.height) / Double(photo.height), share: $0.share)
      })
  }
}

extension SeenPlaces.Place {
  /// The key of the words for the third of the photo's rows and columns that the centre lies in: `place.upper_left`, ….
  package var key: String {
    "place.\(Self.rows[Self.third(y)])_\(Self.columns[Self.third(x)])"
  }

  /// The key of the words for the third that the centre nearly lies in too: `toward.left`, `toward.upper_left`, …; nil where it
  /// lies well within its own. A map is not finer than its places, so that a centre near the border of two thirds says both.
  package var toward: String? {
    let sides = [Self.near(y).map { Self.rows[$0] }, Self.near(x).map { Self.columns[$0] }]
      .compactMap { $0 }
    guard !sides.isEmpty else { return nil }
    return "toward." + sides.joined(separator: "_")
  }

  private static let rows = ["upper", "middle", "lower"]
  private static let columns = ["left", "center", "right"]
  /// How near to the border of two thirds a centre says both, as a fraction of the photo.
  private static let margin = 0.05

  private static func third(_ fraction: Double) -> Int { max(0, min(Int(fraction * 3), 2)) }

  /// The other third that a centre nearly lies in.
  private static func near(_ fraction: Double) -> Int? {
    [fraction - margin, fraction + margin].map(third).first { $0 != third(fraction) }
  }

  /// The place in words: Markdown.
  fileprivate func text(_ words: Words) -> String {
    let place = words.sentence(key)
    guard let toward else { return place }
    return words.sentence(
      "place.toward",
      [
        "place": FieldValue.composed(place), "toward": FieldValue.composed(words.sentence(toward)),
      ])
  }
}

extension SeenPlaces {
  /// The headline that says them: Markdown.
  /// - Parameter fields: what it says beside them.
  package func sentence(_ fields: Fields, _ words: Words) -> String {
    words.sentence(key, fields.adding(self.fields(words)))
  }

  /// The key of the headline that says them.
  package var key: String {
    switch self {
    case .nowhere: "summary.no_place"
    case .alike: "summary.alike"
    case .most: "summary.most"
    case .some(let places) where places.count == 1: "summary"
    case .some(let places) where places.count == 2: "summary.two"
    case .some: "summary.several"
    }
  }

  /// What that headline names.
  private func fields(_ words: Words) -> Fields {
    switch self {
    case .nowhere, .alike: return [:]
    case .most(let area): return ["area": Formatted.wholeShare(area)]
    case .some(let places):
      var fields: Fields = [
        "mostly": places[0].share > 0.5, "count": "\(places.count)",
        "apart": places.count > 1 && places[0].text(words) != places[1].text(words),
      ]
      for (index, place) in places.prefix(2).enumerated() {
        fields["place_\(index + 1)"] = FieldValue.composed(place.text(words))
        fields["share_\(index + 1)"] = Formatted.wholeShare(place.share)
      }
      return fields
    }
  }
}

extension RGBImage {
  /// Whether all pixels are the same.
  fileprivate var isOneColor: Bool {
    pixels.withUnsafeBufferPointer { pixels in
      (3..<pixels.count).allSatisfy { pixels[$0] == pixels[$0 - 3] }
    }
  }
}
