import CAMNet

/// What the steps about maps know of the network.
struct MapContext: Sendable {
  let head: ClassActivationHead
  /// The head's layers with their shapes, in order.
  let entries: [LayerShapes]
  /// The number of most probable classes whose maps are shown.
  let classes: Int
  /// Where the maps' places are said to lie, by rule and in pixels of the network's input.
  let placement: Placement
  let grid: PlaceGrid
  /// The receptive field of the feature maps; nil where it is not the same for all places.
  let field: ReceptiveField?
  let options: MapOptions

  /// What is known of a model's maps at an input size; nil for a network that makes none.
  /// - Throws: ``WalkthroughError`` where places are asked for at the middles of receptive fields that the network has not.
  init?(
    _ model: LoadedModel, _ shapes: [LayerShapes], _ options: MapOptions, size: InputSize
  ) throws(WalkthroughError) {
    guard let head = model.head,
      let features = shapes.first(where: { $0.layer.name == head.features })
    else { return nil }
    self.head = head
    let names = Set(head.layers.map(\.name))
    entries = shapes.filter { names.contains($0.layer.name) }
    classes = model.mappedClasses
    placement = options.placement ?? model.model.placement
    field = features.receptiveField
    if placement == .receptiveField, field == nil { throw .noReceptiveField(layer: head.features) }
    grid = placement.grid(of: features.output, field, size: size)
    self.options = options
  }

  /// The code that enlarges maps of this name: `resize_bilinear(cam, [224, 224])`.
  func enlarging(_ name: String, size: InputSize) -> String {
    let place =
      switch placement {
      case .notebook: ""
      case .center: ", half_pixel_centers=True"
      case .receptiveField:
        field.map {
          ", stride=[\($0.vertical.stride), \($0.horizontal.stride)]"
            + ", center=[\($0.vertical.center), \($0.horizontal.center)]"
        } ?? ""
      }
    return "resize_bilinear(\(name), [\(size.height), \(size.width)]\(place))"
  }

  /// What the words about enlarging may name: the rule, how many pixels further down and right the middles of places lie than
  /// TensorFlow 1's rule puts them, and for receptive fields their size, the first one's middle and the way to the next.
  var placementFields: Fields {
    func shift(_ axis: PlaceGrid.Axis, _ pixels: Int) -> String {
      Formatted.significant((Double(pixels) / Double(axis.places) - 1) / 2)
    }
    func pair(_ value: (ReceptiveField.Extent) -> String) -> String? {
      field.map { "\(value($0.vertical)) × \(value($0.horizontal))" }
    }
    return [
      "center": placement == .center, "notebook": placement == .notebook,
      "receptive": placement == .receptiveField,
      "down": shift(grid.rows, grid.size.height), "right": shift(grid.columns, grid.size.width),
      "seen": field?.size,
      "first": pair { Formatted.significant($0.center) }, "stride": pair { "\($0.stride)" },
    ]
  }

  /// The names that a notebook gives those classes' numbers: `label_1, label_2`.
  var labels: String { (1...classes).map { "label_\($0)" }.joined(separator: ", ") }

  /// The shape of the maps of those classes: (classes, h, w).
  func maps(_ planning: Planning) -> Shape {
    let features = planning.output(of: head.features)
    return [classes, features[1], features[2]]
  }

  /// The shape of those maps at the network's input size: (classes, height, width).
  func enlarged(_ planning: Planning) -> Shape {
    [classes, planning.options.size.height, planning.options.size.width]
  }

  /// The code of the features' means, (1, channels).
  var means: String {
    let name = head.pooled ?? ""
    return entries.first?.output.rank == 4 ? "\(name)[0, 0]" : name
  }

  func channels(_ planning: Planning) -> Int { planning.output(of: head.features)[3] }

  /// What the words of every step about maps may name.
  func fields(_ planning: Planning) -> Fields {
    let maps = maps(planning)
    return [
      "classifier": head.classifier,
      "channels": Formatted.count(channels(planning)),
      "classes": Formatted.count(planning.model.classNames.count),
      "map": "\(maps[1]) × \(maps[2])", "size": "\(planning.options.size)",
      "has_bias": head.classifierHasBiases, "second": classes > 1,
    ]
  }

  /// What float32 sums of a thousand terms may differ by, relative to their size.
  static let roundingTolerance = 1e-4
}
