import CAMNet

/// Random numbers without state: each follows from what it is for, and from nothing that was drawn before.
///
///     key      = splitmix64(fnv1a64("<seed>/<purpose>/<epoch>/<photo's name>"))
///     bits(i)  = splitmix64(key + i)
///     value(i) = (bits(i) >> 11) · 2⁻⁵³, in [0, 1)
///
/// So threads may draw in any order, a training that is taken up again draws what it would have, and a photo more changes no other's
/// draws. The functions are ``Mixing``'s.
public struct Draws: Sendable {
  /// What numbers are drawn for.
  public enum Purpose: String, Sendable {
    /// Which photos are kept back.
    case split
    /// The order in which an epoch sees photos.
    case order
    /// How a photo is changed before it is trained with.
    case augmentation
  }

  private let key: UInt64

  /// - Parameters:
  ///   - epoch: from 0; 0 for what is drawn once.
  ///   - photo: the name of a photo, ``LabelledPhoto/name``.
  public init(seed: String, _ purpose: Purpose, epoch: Int = 0, photo: String) {
    key = Mixing.splitmix64(Mixing.fnv1a64("\(seed)/\(purpose.rawValue)/\(epoch)/\(photo)"))
  }

  private init(key: UInt64) {
    self.key = key
  }

  /// The draws of one of several things that draw for the same photo, such as an augmentation by its name.
  public func of(_ name: String) -> Draws {
    Draws(key: Mixing.splitmix64(key ^ Mixing.fnv1a64(name)))
  }

  /// 64 random bits; i counts from 0.
  public func bits(_ i: Int) -> UInt64 { Mixing.splitmix64(key &+ UInt64(i)) }

  /// A number in [0, 1).
  public func value(_ i: Int) -> Double { Double(bits(i) >> 11) * 0x1p-53 }

  /// A number in [lower, upper), evenly.
  public func value(_ i: Int, in range: Range<Double>) -> Double {
    range.lowerBound + value(i) * (range.upperBound - range.lowerBound)
  }

  /// Photos in an order that is drawn: by ``bits(_:)``'s first of each, and by their names where those are equal.
  public static func shuffled<Photo>(
    _ photos: [Photo], seed: String, _ purpose: Purpose, epoch: Int = 0, name: (Photo) -> String
  ) -> [Photo] {
    photos.map { photo in
      let name = name(photo)
      return (photo, name, Draws(seed: seed, purpose, epoch: epoch, photo: name).bits(0))
    }
    .sorted { $0.2 == $1.2 ? Bytes.precede($0.1, $1.1) : $0.2 < $1.2 }
    .map(\.0)
  }
}
