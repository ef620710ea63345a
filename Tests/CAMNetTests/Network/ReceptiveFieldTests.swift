import CAMNet
import TestSupport
import Testing

@Suite struct ReceptiveFieldTests {
  /// A network of a few layers drawn at random, every kind among them, with strides, padding, dilation and branches.
  private func layers(_ generator: inout SeededGenerator) -> [Layer] {
    func window(strides: ClosedRange<Int>) -> Window {
      let paddings: [Padding] = [
        .same, .valid,
        .explicit(
          top: .random(in: 0...2, using: &generator), left: .random(in: 0...2, using: &generator),
          bottom: .random(in: 0...2, using: &generator),
          right: .random(in: 0...2, using: &generator)),
      ]
      return Window(
        height: .random(in: 1...4, using: &generator), width: .random(in: 1...4, using: &generator),
        strides: randomPerAxis(strides, &generator), dilations: randomPerAxis(1...2, &generator),
        padding: paddings[.random(in: 0...2, using: &generator)])
    }
    var layers = [Layer("l0", Rescale(offsets: [-1, -2, -3], divisors: [4, 5, 6]), "images")]
    var last = "l0"
    func add(_ kind: any LayerKind, _ inputs: String...) -> String {
      let name = "l\(layers.count)"
      layers.append(Layer(name, kind, inputs))
      return name
    }
    for _ in 0..<Int.random(in: 2...4, using: &generator) {
      switch Int.random(in: 0...5, using: &generator) {
      case 0: last = add(Convolution(window(strides: 1...3), outputChannels: 2), last)
      case 1: last = add(MaxPooling(window(strides: 1...2)), last)
      case 2: last = add(BiasAdd(), add(Dropout(), last))
      case 3:
        let same = Window(
          height: .random(in: 1...5, using: &generator), width: 3,
          dilation: .random(in: 1...2, using: &generator))
        let branch = add(Convolution(same, outputChannels: 2), last)
        let other = add(Convolution(Window(height: 1, width: 1), outputChannels: 2), last)
        last = add(Add(), branch, other)
      case 4:
        let branch = add(Convolution(Window(height: 3, width: 1), outputChannels: 1), last)
        last = add(ChannelSlice(0..<2), add(Concat(), branch, last))
      default:
        last = add(Convolution(window(strides: 1...1), outputChannels: 4, groups: 1), last)
      }
    }
    return layers
  }

  /// The pixels of one axis whose change changes a value of the last layer, for each of the layer's places along it.
  private func seen(_ network: Network, axis: Int, place fixed: Int) throws -> [[Int]] {
    let size = network.defaultSize.width
    let store = WeightsStore(
      source: "ones",
      tensors: network.parameters.map {
        ($0.name.description, Tensor(shape: $0.shape, repeating: 0.25))
      })
    // Winograd's transforms would carry rounding from place to place.
    var options = ExecutionOptions()
    options.isPrecise = true
    let executor = Executor(
      network, parameters: try NetworkParameters(store, for: Model(network)), options: options)
    let last = try #require(network.layers.last).name
    func output(_ change: (Int) -> UInt8) throws -> Tensor {
      let pixels = (0..<size * size).flatMap { pixel in
        [UInt8](repeating: 10 + change(pixel), count: 3)
      }
      return try executor.outputs(
        of: [last], for: RGBImage(width: size, height: size, pixels: pixels))[0]
    }
    let before = try output { _ in 0 }
    let count = before.shape[axis]
    var result = [[Int]](repeating: [], count: count)
    for pixel in 0..<size {
      // A whole row or column of pixels is changed.
      let after = try output { index in
        (axis == 1 ? index / size : index % size) == pixel ? 240 : 0
      }
      for place in 0..<count {
        let (row, column) = axis == 1 ? (place, fixed) : (fixed, place)
        let start = (row * before.shape[2] + column) * before.shape[3]
        if (start..<start + before.shape[3]).contains(where: { before[flat: $0] != after[flat: $0] }
        ) {
          result[place].append(pixel)
        }
      }
    }
    return result
  }

  @Test(arguments: 0..<60)
  func `what a layer is said to see is what changes it`(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    var drawn: Network?
    while drawn == nil {
      drawn = try? Network(
        name: "random", input: "images", defaultSize: 40, layers: layers(&generator))
    }
    let network = try #require(drawn)
    let last = try #require(network.shapes().last)
    let field = try #require(last.receptiveField)
    for (axis, extent) in [(1, field.vertical), (2, field.horizontal)] {
      let middle = last.output[3 - axis] / 2
      let seen = try seen(network, axis: axis, place: middle)
      for (place, pixels) in seen.enumerated() {
        let said = extent.pixels(of: place)
        #expect(pixels.allSatisfy(said.contains), "\(network.layers.map(\.code))")
        guard said.lowerBound >= 0, said.upperBound <= 40 else { continue }
        #expect(pixels.first == said.lowerBound, "\(place): \(network.layers.map(\.code))")
        #expect(pixels.last == said.upperBound - 1, "\(place): \(network.layers.map(\.code))")
      }
    }
  }

  @Test func `the built-in networks' fields are those of the literature`() throws {
    let vgg = try Network.vgg16CAM.shapes()
    func field(_ name: String) throws -> ReceptiveField {
      try #require(vgg.first { $0.layer.name == name }?.receptiveField)
    }
    // Araujo, Norris and Sim give VGG16's conv5_3 196 pixels at stride 16.
    #expect(try field("conv5_3").size == "196 × 196")
    #expect(try field("conv5_3").vertical.stride == 16)
    #expect(try field("CAM_conv").vertical.size == 228)
    #expect(try field("CAM_conv").vertical.center == 8)
    let lite = try Network.efficientNetLite0.shapes()
    let features = try #require(lite.first { $0.layer.name == "features" }?.receptiveField)
    #expect(features.vertical.stride == 32)
    let logits = try #require(lite.last?.receptiveField)
    #expect(logits.vertical.pixels(of: 0).lowerBound < 0)
    #expect(logits.vertical.pixels(of: 0).upperBound > 224)
  }

  @Test func `branches whose places lie differently far apart have no one field`() throws {
    let network = try Network(
      name: "uneven", input: "images", defaultSize: 4,
      layers: [
        Layer(
          "two", Convolution(Window(height: 2, width: 2, stride: 2), outputChannels: 1), "images"),
        Layer(
          "three", Convolution(Window(height: 2, width: 2, stride: 3), outputChannels: 1), "images"),
        Layer("sum", Add(), "two", "three"),
        Layer("after", BiasAdd(), "sum"),
      ])
    #expect(try network.shapes().map { $0.receptiveField == nil } == [false, false, true, true])
  }
}
