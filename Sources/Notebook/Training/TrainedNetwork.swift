import CAMNet
import Plot
import Training

/// A trained network, to draw where it looks in photos that it was trained or judged with.
public struct TrainedNetwork: Sendable {
  private let executor: Executor
  private let placement: Placement
  private let size: InputSize
  /// The folder that photos' paths are relative to, where they are.
  private let folder: String

  /// - Parameters:
  ///   - size: the side of its input in pixels.
  ///   - data: the folder or list of the training's photos.
  public init(_ model: Model, _ parameters: NetworkParameters, size: InputSize, data: String) {
    executor = Executor(model.network, parameters: parameters)
    placement = model.placement
    self.size = size
    folder = data.hasSuffix(".csv") ? LockFile.folder(data) : data
  }

  /// A photo as it is.
  /// - Throws: where it cannot be read any more.
  func photo(_ path: String) throws -> Photo {
    try Photo(contentsOf: FileBytes.isRegular(path) ? path : "\(folder)/\(path)")
  }

  /// A photo, and beside it the maps of classes over it, each with its title; nil where the network makes no maps.
  /// - Throws: where the photo cannot be read any more.
  func maps(_ path: String, title: String, of classes: [(index: Int, title: String)]) throws
    -> Panels?
  {
    guard let head = try? executor.network.classActivationHead,
      let shapes = try? executor.network.shapes(size: size)
    else { return nil }
    let photo = try photo(path)
    let field = shapes.first { $0.layer.name == head.features }?.receptiveField
    let input = photo.prepared(InputOptions(size: size, filter: .bicubic))
    guard let features = try? executor.outputs(of: [head.features], for: input.image)[0] else {
      return nil
    }
    let picture = photo.image.fitted(side: 300)
    var panels = [Panels.Panel(title: title, picture: Raster(picture))]
    for (index, title) in classes {
      guard
        let map = try? ClassActivationMap(
          features: features, executor: executor, classIndex: index
        ).map, map.statistics != nil
      else { continue }
      let enlarged = map.upsampledBilinearly(placement.grid(of: features.shape, field, size: size))
      panels.append(
        Panels.Panel(
          title: title,
          picture: Overlays.raster(
            enlarged.minMaxNormalized(), size: size, on: picture, of: photo, region: input.region),
          bar: ColorBar(enlarged)))
    }
    return Panels(panels)
  }
}
