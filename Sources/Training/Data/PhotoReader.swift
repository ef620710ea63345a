import CAMNet
import Glibc
import Synchronization
import Threads

/// A photo that was read, and what is known of it since.
public struct ReadPhoto: Sendable {
  public let photo: LabelledPhoto
  /// The SHA-256 of the file's bytes.
  public let sha256: String
  /// The upright photo's size in its file, in pixels.
  public let width: Int
  public let height: Int
}

/// The photos of some data that could be read, and those that could not.
public struct ReadData: Sendable {
  /// The folder or list as it was named.
  public let path: String
  public let classes: [String]
  /// In the order of their names' bytes.
  public let photos: [ReadPhoto]
  public let skipped: [DataSummary.Skipped]
  /// What copies are found by, by the photos' paths: 12 kB each, to be let go then.
  public let fingerprints: [String: PhotoFingerprint]
}

/// Photos made to fit a network, pixel for pixel as `camreport photo.jpg` makes them: upright, and squeezed into a square by Pillow's
/// bicubic resize.
public struct PhotoReader: Sendable {
  /// The side of the network's input, in pixels.
  public let size: InputSize

  public init(size: InputSize) {
    self.size = size
  }

  /// Reads all photos of some data once, on all cores, and passes over those that cannot be.
  /// - Parameters:
  ///   - badPhotos: of how many of a hundred photos that may be so.
  ///   - use: what is done with a photo and the network's input made of it, while it is in memory, on any thread. The first error that
  ///     it throws, in the photos' order, ends the reading.
  public func read<Value: Sendable>(
    _ data: DataSet, badPhotos: Double,
    use: @Sendable (ReadPhoto, RGBImage) throws -> Value
  ) throws -> (data: ReadData, values: [Value]) {
    let allowed = badPhotos / 100 * Double(data.photos.count)
    let isOver = Atomic(false)
    var (read, values): ([ReadPhoto], [Value]) = ([], [])
    var fingerprints: [String: PhotoFingerprint] = [:]
    var skipped: [DataSummary.Skipped] = []
    var failure: (any Error)?
    inOrder(data.photos.count) { index -> Outcome<Value>? in
      isOver.load(ordering: .relaxed) ? nil : outcome(data.photos[index], use)
    } take: { index, outcome in
      guard failure == nil, let outcome else { return }
      switch outcome {
      case .read(let photo, let fingerprint, let value):
        read.append(photo)
        fingerprints[photo.photo.path] = fingerprint
        values.append(value)
      case .skipped(let photo):
        skipped.append(photo)
        guard Double(skipped.count) > allowed else { return }
        failure = DataError.unreadablePhotos(
          data.path, skipped, read: index + 1, of: data.photos.count, allowed: badPhotos)
      case .failed(let error): failure = error
      }
      if failure != nil { isOver.store(true, ordering: .relaxed) }
    }
    if let failure { throw failure }
    try Self.checkClasses(data, read, skipped)
    return (
      ReadData(
        path: data.path, classes: data.classes, photos: read, skipped: skipped,
        fingerprints: fingerprints), values
    )
  }

  /// A photo as the network's input.
  /// - Parameters:
  ///   - augmentations: what changes it, in their order in ``Augmentations/all``.
  ///   - seed: what the changes' draws follow from, together with the epoch and the photo's name.
  /// - Throws: ``FileError`` where the file's bytes are no longer those that were read first.
  public func input(
    _ photo: ReadPhoto, changedBy augmentations: [any Augmentation] = [], seed: String = "",
    epoch: Int = 0
  ) throws -> RGBImage {
    let opened = try Self.open(photo.photo.path)
    guard opened.sha256 == photo.sha256 else {
      throw FileError(path: photo.photo.path, action: .read, code: ESTALE)
    }
    let draws = Draws(seed: seed, .augmentation, epoch: epoch, photo: photo.photo.name)
    func changed(_ image: RGBImage, whole: Bool) -> RGBImage {
      augmentations.filter { $0.changesWholePhoto == whole }.reduce(image) {
        $1.changed($0, draws.of($1.name))
      }
    }
    return changed(input(changed(opened.decoded.image, whole: true)), whole: false)
  }

  private func input(_ image: RGBImage) -> RGBImage {
    image.prepared(size: size, filter: .bicubic, fitting: .squeeze).image
  }

  /// What comes of reading a photo.
  private enum Outcome<Value: Sendable>: Sendable {
    case read(ReadPhoto, PhotoFingerprint, Value)
    case skipped(DataSummary.Skipped)
    case failed(any Error)
  }

  private func outcome<Value>(
    _ photo: LabelledPhoto, _ use: (ReadPhoto, RGBImage) throws -> Value
  ) -> Outcome<Value> {
    let opened: (decoded: DecodedImage, sha256: String)
    do {
      opened = try Self.open(photo.path)
    } catch {
      // The sentence begins with the path, which stands beside it here.
      let start = "\(photo.path): "
      let sentence = "\(error)"
      let reason = sentence.hasPrefix(start) ? String(sentence.dropFirst(start.count)) : sentence
      return .skipped(.init(path: photo.path, reason: reason))
    }
    let image = opened.decoded.image
    let input = input(image)
    let read = ReadPhoto(
      photo: photo, sha256: opened.sha256, width: opened.decoded.width,
      height: opened.decoded.height)
    do {
      let fingerprint = PhotoFingerprint(photo: image, input: input)
      return .read(read, fingerprint, try use(read, input))
    } catch {
      return .failed(error)
    }
  }

  private static func open(_ path: String) throws -> (decoded: DecodedImage, sha256: String) {
    // Whatever waits for somebody to write into it would be waited for.
    var status = stat()
    if stat(path, &status) == 0, ![S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT) {
      throw DataError.notAFile(path)
    }
    let file = try FileBytes(contentsOf: path, as: .photo)
    let decoded = try file.withUnsafeBytes {
      try DecodedImage(decoding: $0, name: path, shrinks: true)
    }
    return (decoded, Hashing.sha256(file))
  }

  /// Throws where a class that is to be trained has no photo left.
  private static func checkClasses(
    _ data: DataSet, _ read: [ReadPhoto], _ skipped: [DataSummary.Skipped]
  ) throws(DataError) {
    guard data.namesClasses else { return }
    let left = Set(read.map(\.photo.label))
    guard let label = data.classes.indices.first(where: { !left.contains($0) }) else { return }
    let paths = Set(data.photos.filter { $0.label == label }.map(\.path))
    throw .unreadableClass(
      data.path, name: data.classes[label], skipped.filter { paths.contains($0.path) })
  }
}
