import CAMNet
import Plot

/// Everything an exporter needs: the steps, the result, and the record of the run.
public struct Report: Sendable {
  public let photo: Photo
  /// The photo no larger than a page shows it.
  let pagePhoto: RGBImage
  public let input: PreparedInput
  public let options: InputOptions
  public let model: LoadedModel
  public let words: Words
  public internal(set) var steps: [Step]
  let drawing: NetworkDrawing
  /// The five most probable classes; empty where the run failed before them.
  public internal(set) var predictions: [LabelledPrediction] = []
  /// The maps of the first and second class, in order.
  public internal(set) var maps: [LabelledMap] = []
  /// The maps of the third class and those after it, for exploring.
  public internal(set) var otherMaps: [ClassActivationMap] = []
  /// The paper's boxes around the predictions' objects, in order, in the photo's pixels; nil where a map has no positive
  /// value.
  public internal(set) var boxes: [PreparedInput.Region?] = []
  /// Why the run stopped, where it did.
  public internal(set) var failure: String?

  init(
    photo: Photo, input: PreparedInput, options: InputOptions, model: LoadedModel, words: Words,
    steps: [Step], drawing: NetworkDrawing
  ) {
    self.photo = photo
    self.pagePhoto = photo.image.fitted(side: 1000)
    self.input = input
    self.options = options
    self.model = model
    self.words = words
    self.steps = steps
    self.drawing = drawing
  }

  /// The maps of all predictions, in order.
  public var allMaps: [ClassActivationMap] { maps.map(\.map) + otherMaps }

  public struct LabelledPrediction: Sendable {
    public let prediction: Prediction
    public let label: String

    /// The first of a label's synonyms: `tabby` of `tabby, tabby cat`.
    public var shortLabel: String {
      label.split(separator: ",").first.map(String.init) ?? label
    }
  }

  public struct LabelledMap: Sendable {
    public let prediction: LabelledPrediction
    public let map: ClassActivationMap
    /// At the network's input size: (size, size).
    public let upsampled: Tensor
    /// Min-max normalized, at the network's input size.
    public let normalized: [UInt8]
    /// The map over the photo, no larger than a page shows.
    let overlay: Raster
  }
}
