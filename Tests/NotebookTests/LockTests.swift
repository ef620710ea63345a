import CAMNet
import Foundation
import Notebook
import TestSupport
import Testing

@Suite struct LockTests {
  struct Printed: Decodable {
    let name: String
    let shape: [Int?]
  }

  @Test func `the lock of vgg16-cam has the shapes that the notebook prints, in its order`() throws
  {
    let printed = try Fixture.json("notebook-shapes.json", as: [Printed].self)
    let locked = try LockedModel(.vgg16CAM, size: 224)
    var last = -1
    for entry in printed {
      if entry.name.hasPrefix("kernel") {
        // The halves of the kernel are what the two groups' convolutions read.
        let group = try #require(
          locked.layers.first { $0.name == "conv_grp\(entry.name.suffix(1))" })
        #expect(entry.shape.compactMap { $0 }.reduce(1, *) == group.parameters)
        continue
      }
      let index = try #require(locked.layers.firstIndex { $0.name == entry.name }, "\(entry.name)")
      // The notebook leaves the batch open.
      let shape = entry.shape.map { $0 ?? 1 }
      #expect(locked.layers[index].outputShape == Shape(shape), "\(entry.name)")
      #expect(index > last, "\(entry.name) stands in the notebook's order")
      last = index
    }
    #expect(printed.count == 32)
  }

  @Test func `what is written reads back the same`() throws {
    let lock = Lock(models: [
      "vgg16-cam": try LockedModel(.vgg16CAM, size: 224),
      "efficientnet-lite0": try LockedModel(.efficientNetLite0, size: 448),
    ])
    let text = try lock.text()
    #expect(try Lock(Data(text.utf8), file: "lock") == lock)
    #expect(text.split(separator: "\n").count == 62 + 33 + 15)
  }

  @Test(arguments: 0..<300)
  func `a change of one layer is named as the first, and as what it is`(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    let layers = RandomNetwork.layers(&generator)
    let was = try Network(name: "random", input: "images", defaultSize: 64, layers: layers)
    var made: (change: RandomNetwork.Change, network: Network)?
    // A change may not fit, such as a stride before an addition; then another is drawn.
    while made == nil {
      let change = RandomNetwork.change(layers, &generator)
      if let network = try? Network(
        name: "random", input: "images", defaultSize: 64, layers: change.layers)
      {
        made = (change, network)
      }
    }
    let (change, now) = try #require(made)
    let comparison = LayerComparison(
      model: "random", was: try LockedModel(was, size: 64).layers,
      now: try LockedModel(now, size: 64).layers)
    let first = try #require(comparison.differences.first)
    #expect(first.layer == change.layer, "\(change.kind): \(comparison.differences)")
    #expect(first.kind == change.kind, "\(comparison.differences)")
    #expect(comparison.differences.count == 1, "\(comparison.differences)")
  }

  @Test func `a lock of 5,000 layers of another network is compared, told and reported at once`()
    throws
  {
    var locked = try LockedModel(.vgg16CAM, size: 224)
    let layer = locked.layers[8]
    locked.layers = (0..<5_000).map { index in
      var layer = layer
      layer.name = "layer\(index)"
      layer.inputs = ["layer\(index - 1)"]
      return layer
    }
    let lock = Lock(models: ["vgg16-cam": locked])
    let data = Data(try lock.text().utf8)
    let check = LockCheck(
      try Lock(data, file: "lock"), text: LockText(data), file: "lock", names: [],
      options: .init(size: nil, image: nil, weights: nil, classes: nil, tolerance: 1e-3),
      words: try Words(.english, .builtIn))
    #expect(check.differences.count == 5_033)
    let last = try #require(check.lines().last { $0.contains("'layer4999'") })
    #expect(last == "  lock:5006: layer 'layer4999' was removed")
    #expect([check].junit().contains("layer4999"))
    #expect(check.github().contains("line=5006"))
    let page = CheckPage(
      check, words: try Words(.english, .builtIn), layout: try Layout(.builtIn))
    #expect(try page.file().contents().count > 500_000)
    // As many in another order.
    let moved = LayerComparison(model: "moved", was: locked.layers, now: locked.layers.reversed())
    #expect(moved.differences.count == 4_999)
  }

  @Test func `a lock's entries are found in any layout of its JSON`() throws {
    let text = """
      {"models": {
        "a": {"input_size": 1, "layers": [{"settings": {"name": "x"}, "name" :
          "x"}, {"name": "q\\"\\u0041"}],
          "run": {"predictions": [{"name": "x"}],
            "steps": [{"name": "x"}]}},
        "name": {"layers": []}}}
      """
    let lock = LockText(Data(text.utf8))
    #expect(lock.line(of: nil, model: "a") == 2 && lock.line(of: nil, model: "name") == 6)
    #expect(lock.line(of: "x", model: "a") == 3)
    #expect(lock.line(of: "q\"A", model: "a") == 3)
    #expect(lock.line(of: "x", model: "a", inRun: true) == 5)
    #expect(lock.line(of: "none", model: "a") == 2 && lock.line(of: "x", model: "b") == 1)
  }

  @Test func `networks that are alike have no differences`() throws {
    for seed in 0..<50 {
      var generator = SeededGenerator(seed: UInt64(seed))
      let network = try Network(
        name: "random", input: "images", defaultSize: 64, layers: RandomNetwork.layers(&generator))
      let layers = try LockedModel(network, size: 64).layers
      let comparison = LayerComparison(model: "random", was: layers, now: layers)
      #expect(comparison.differences.isEmpty)
      #expect(comparison.unchanged == layers.map(\.name))
    }
  }
}

/// Networks drawn at random, and changes of one layer in them.
enum RandomNetwork {
  struct Change {
    let layers: [Layer]
    let layer: String
    let kind: Difference.Kind
  }

  static func layers(_ generator: inout SeededGenerator) -> [Layer] {
    var layers: [Layer] = []
    for index in 0..<Int.random(in: 3...12, using: &generator) {
      let input = layers.last?.name ?? "images"
      let name = "layer\(index)"
      switch Int.random(in: 0..<8, using: &generator) {
      case 0:
        layers.append(
          Layer(name, MaxPooling(Window(height: 2, width: 2, stride: 2)), input))
      case 1 where layers.count > 1:
        layers.append(Layer(name, Concat(), input, input))
      case 2 where layers.count > 1:
        layers.append(Layer(name, Add(), input, input))
      default:
        layers.append(Layer(name, convolution(&generator), input))
      }
    }
    return layers
  }

  static func change(_ layers: [Layer], _ generator: inout SeededGenerator) -> Change {
    let index = Int.random(in: layers.indices, using: &generator)
    let layer = layers[index]
    var changed = layers
    switch Int.random(in: 0..<4, using: &generator) {
    case 0:
      // Other settings: kernel, stride, channels, activation.
      var kind = layer.kind
      while kind.settings == layer.kind.settings || kind.operation != layer.kind.operation {
        kind = self.kind(like: layer.kind, &generator)
        // Sums have nothing to set: another layer is drawn.
        if layer.kind.settings.isEmpty { return change(layers, &generator) }
      }
      changed[index] = copy(layer, kind: kind)
      return Change(layers: changed, layer: layer.name, kind: .changed)
    case 1:
      changed[index] = copy(layer, name: "renamed")
      return Change(
        layers: rewired(changed, from: layer.name, to: "renamed", after: index), layer: "renamed",
        kind: .renamed)
    case 2:
      let added = Layer("added", convolution(&generator), layer.name)
      changed.insert(added, at: index + 1)
      changed = rewired(changed, from: layer.name, to: "added", after: index + 1)
      return Change(layers: changed, layer: "added", kind: .added)
    default:
      guard layers.count > 1 else { return change(layers, &generator) }
      changed.remove(at: index)
      changed = rewired(changed, from: layer.name, to: layer.inputs[0], after: index - 1)
      return Change(layers: changed, layer: layer.name, kind: .removed)
    }
  }

  private static func convolution(_ generator: inout SeededGenerator) -> Convolution {
    let kernel = [1, 3, 5].randomElement(using: &generator) ?? 3
    return Convolution(
      Window(height: kernel, width: kernel, stride: Int.random(in: 1...2, using: &generator)),
      outputChannels: Int.random(in: 1...9, using: &generator), hasBiases: true,
      activation: Bool.random(using: &generator) ? .relu : .none)
  }

  private static func kind(
    like kind: any LayerKind, _ generator: inout SeededGenerator
  ) -> any LayerKind {
    guard kind is MaxPooling else { return convolution(&generator) }
    let size = Int.random(in: 1...4, using: &generator)
    return MaxPooling(
      Window(height: size, width: size, stride: Int.random(in: 1...3, using: &generator)))
  }

  private static func copy(
    _ layer: Layer, name: String? = nil, kind: (any LayerKind)? = nil
  ) -> Layer {
    Layer(name ?? layer.name, kind ?? layer.kind, layer.inputs)
  }

  private static func rewired(
    _ layers: [Layer], from old: String, to new: String, after index: Int
  ) -> [Layer] {
    layers.enumerated().map { position, layer in
      position <= index
        ? layer
        : Layer(layer.name, layer.kind, layer.inputs.map { $0 == old ? new : $0 })
    }
  }
}
