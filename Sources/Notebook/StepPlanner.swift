import CAMNet

/// Makes the walk-through's steps in the notebook's order, from the network value and the words.
struct StepPlanner {
  let model: LoadedModel
  let options: InputOptions
  let words: Words
  /// The first step's number.
  let first: Int
  private(set) var steps: [Step] = []
  /// Operations already explained, so that the first of a kind can be explained at length.
  private var explained: Set<String> = []

  /// How many steps ``planSetup(_:)`` makes.
  static let setupCount = 5

  init(model: LoadedModel, options: InputOptions, words: Words, first: Int = 1) {
    self.model = model
    self.options = options
    self.words = words
    self.first = first
  }

  private var size: Int { options.size }

  mutating func planSetup(_ photo: Photo) {
    let image = photo.image
    add(
      "weights", .setup,
      code: "pretrained_weights = load(\(PythonLiteral.string(model.weightsName)))",
      fields: [
        "source": model.store.source, "embedded": model.store.source == "embedded",
        "synthetic": model.store.fileBytes == nil,
        "parameters": Formatted.count(model.parameterCount),
      ])
    add(
      "class_names", .setup, code: "print(class_names[0:5])",
      fields: [
        "count": Formatted.count(model.classNames.count),
        "names": model.classNames.prefix(5).map { "‘\($0)’" }.joined(separator: ", "),
      ])
    add(
      "photo", .setup, code: "img = imread(\(PythonLiteral.string(photo.fileName)))",
      output: image.shape,
      scalarType: "uint8",
      fields: ["width": "\(image.width)", "height": "\(image.height)"])
    let filter = options.filter.rawValue
    add(
      "resized", .setup,
      code: options.crops
        ? "img = center_crop(resize(img, shortest_side(img, \(size)), '\(filter)'), \(size))"
        : "img = resize(img, (\(size), \(size)), '\(filter)')",
      inputs: [image.shape], output: [size, size, 3], scalarType: "uint8",
      fields: [
        "size": "\(size)", "filter": filter, "crops": options.crops,
        "squeezed": !options.crops && image.width != image.height,
      ])
    add(
      "images", .setup, code: "images = expand_dims(img, axis=0)", inputs: [[size, size, 3]],
      output: Network.inputShape(size: size))
  }

  mutating func planNetwork(_ shapes: [LayerShapes]) {
    var splitBlock = shapes.first { $0.layer.weightsSlice != nil }?.layer.block
    for entry in shapes {
      let layer = entry.layer
      if let block = splitBlock, layer.block == block {
        planKernelSplit(shapes)
        splitBlock = nil
      }
      let isFirst = explained.insert(layer.kind.operation).inserted
      add(
        layer.name, .network, block: layer.block, operation: layer.kind.operation,
        keys: ["\(model.model.name).\(layer.name)"]
          + (isFirst ? ["\(layer.kind.operation).first"] : []) + [layer.kind.operation],
        code: layer.code, inputs: entry.inputs, output: entry.output,
        arithmetic: entry.arithmetic, parameters: entry.parameterCount,
        multiplyAdds: entry.multiplyAdds, fields: layerFields(entry))
    }
  }

  /// The notebook splits the CAM convolution's kernel before it splits the feature maps.
  private mutating func planKernelSplit(_ shapes: [LayerShapes]) {
    let slices = shapes.filter { $0.layer.weightsSlice != nil }
    guard let first = slices.first, let slice = first.layer.weightsSlice,
      let whole = model.model.network.parameters.first(where: {
        $0.name.layer == slice.layer && $0.name.role == .weights
      }),
      let half = first.layer.kind.parameters(for: first.inputs).first?.shape
    else { return }
    let names = (1...slices.count).map { "kernel\($0)" }.joined(separator: ", ")
    add(
      "kernels", .network, block: first.layer.block, operation: "split_weights",
      code: "\(names) = split(W, \(slices.count), axis=3)",
      inputs: [whole.shape], output: half,
      fields: [
        "whole": whole.shape.crossDescription, "half": half.crossDescription,
        "count": "\(slices.count)",
      ])
  }

  mutating func planPrediction() {
    let logits = model.head.classifier
    add(
      "softmax", .prediction, code: "probabilities = softmax(\(logits))",
      inputs: [[1, model.classNames.count]], output: [1, model.classNames.count],
      fields: ["classes": Formatted.count(model.classNames.count)])
  }

  mutating func planLocalization() {
    guard let features = steps.first(where: { $0.name == model.head.features })?.outputShape
    else { return }
    let channels = features[3]
    let mapShape: Shape = [2, features[1], features[2]]
    let fields: Fields = [
      "features": model.head.features, "classifier": model.head.classifier,
      "channels": Formatted.count(channels), "classes": Formatted.count(model.classNames.count),
      "map": "\(features[1]) × \(features[2])", "size": "\(size)",
      "has_bias": model.head.classifierHasBiases,
    ]
    add(
      "class_weights", .localization,
      code: "w = gather(transpose(W), [label_1, label_2])",
      inputs: [[channels, model.classNames.count]], output: [2, channels], fields: fields)
    add(
      "class_map", .localization,
      code: "cam = einsum('ck,yxk->cyx', w, squeeze(\(model.head.features), axis=0))",
      inputs: [[2, channels], features], output: mapShape,
      multiplyAdds: mapShape.elementCount * channels, fields: fields)
    add(
      "mean_is_logit", .localization,
      code: "sums = reduce_mean(cam, axis=[1, 2])" + (model.head.classifierHasBiases ? " + b" : ""),
      inputs: [mapShape], output: [2], fields: fields)
    add(
      "contributions", .localization, code: "w * \(model.head.pooled)",
      inputs: [[2, channels], [1, channels]], output: [2, channels], multiplyAdds: 2 * channels,
      fields: fields)
    add(
      "upsampled", .localization, code: "cam = resize_bilinear(cam, [\(size), \(size)])",
      inputs: [mapShape], output: [2, size, size], fields: fields)
    add(
      "normalized", .localization,
      code: "cam = [uint8((m - m.min()) / (m.max() - m.min()) * 255) for m in cam]",
      inputs: [[2, size, size]], output: [2, size, size], scalarType: "uint8", fields: fields)
    add(
      "overlay", .localization,
      code: "overlays = [blend(img, m, cmap='jet', alpha=0.5) for m in cam]",
      inputs: [[2, size, size]], fields: fields)
  }

  mutating func planFineTuning() {
    let fields: Fields = [
      "decay": "\(FineTuning.weightDecay)", "classifier": model.head.classifier,
    ]
    add(
      "loss", .fineTuning,
      code: "loss = sparse_softmax_cross_entropy_with_logits(\(model.head.classifier), label_1)",
      inputs: [[1, model.classNames.count]], output: [], fields: fields)
    add(
      "trainable_variables", .fineTuning, code: "trainable_variables()",
      parameters: model.trainableCount, fields: fields)
    add(
      "weight_decay", .fineTuning,
      code: "weight_decay = \(FineTuning.weightDecay) * sum(l2_loss(W) for W in weights)",
      output: [], fields: fields)
  }

  private func layerFields(_ entry: LayerShapes) -> Fields {
    let input = entry.inputs[0]
    var fields: Fields = [
      "name": entry.layer.name, "input": entry.layer.inputs[0],
      "second_input": entry.layer.inputs.last ?? "",
      "inputs": entry.layer.inputs.map { "`\($0)`" }.joined(separator: ", "),
      "in_channels": Formatted.count(input.dimensions.last ?? 0),
      "out_channels": Formatted.count(entry.output.dimensions.last ?? 0),
      "block": entry.layer.block ?? "", "has_bias": model.head.classifierHasBiases,
    ]
    if input.rank == 4 {
      fields["in_size"] = "\(input[1]) × \(input[2])"
      fields["pixels"] = Formatted.count(input[1] * input[2])
    }
    if entry.output.rank == 4 { fields["out_size"] = "\(entry.output[1]) × \(entry.output[2])" }
    switch entry.layer.operation {
    case .convolution(let convolution):
      let window = convolution.window
      fields["kernel"] = "\(window.height)×\(window.width)"
      fields["taps"] = "\(window.height * window.width)"
      fields["stride"] = "\(window.stride)"
      fields["strided"] = window.stride > 1
      fields["widens"] = convolution.outputChannels > input[3]
      fields["relu"] = convolution.activation == .relu
      fields["relu6"] = convolution.activation == .relu6
      fields["batch_norm"] = convolution.batchNormalization != nil
      fields["biased"] = convolution.hasBiases
    case .channels(let slice):
      fields["first"] = "\(slice.range.lowerBound)"
      fields["last"] = "\(slice.range.upperBound - 1)"
    case .rescale(let rescale):
      fields["offset"] = "\(rescale.offsets[0])"
      fields["divisor"] = "\(rescale.divisor)"
    default: break
    }
    return fields
  }

  private mutating func add(
    _ name: String, _ section: Section, block: String? = nil, operation: String? = nil,
    keys: [String]? = nil, code: String, inputs: [Shape] = [], output: Shape? = nil,
    scalarType: String = "float32", arithmetic: [OutputSize] = [], parameters: Int = 0,
    multiplyAdds: Int = 0, fields: Fields = [:]
  ) {
    let keys = keys ?? [name]
    var fields = fields
    fields["model"] = model.model.name
    let (title, prose) = (words.title(keys, fields), words.prose(keys, fields))
    steps.append(
      Step(
        number: first + steps.count, name: name, section: section, block: block,
        operation: operation ?? name, title: title, prose: prose, code: code,
        inputShapes: inputs, outputShape: output, scalarType: scalarType, arithmetic: arithmetic,
        parameters: parameters, multiplyAdds: multiplyAdds,
        html: Later { (Markdown.inlineHTML(title), Markdown.html(prose)) }))
  }
}

extension LoadedModel {
  /// The weights' file without its folder, `embedded`, or `synthetic:SEED`.
  var weightsName: String { store.source.split(separator: "/").last.map(String.init) ?? "" }

  /// All values the network reads.
  var parameterCount: Int {
    model.network.parameters.reduce(0) { $0 + $1.shape.elementCount }
  }

  var trainableCount: Int {
    model.network.parameters.filter { $0.name.role.isTrainable }
      .reduce(0) { $0 + $1.shape.elementCount }
  }
}
