import CAMNet
import TestSupport
import Testing

@Suite struct WeightsReadingTests {
  struct Values: Decodable {
    let shape: [Int]
    let values: [Float]
  }

  @Test(arguments: [
    "python2-weights.npy", "python3-weights.npy", "weights.npz", "weights-deflated.npz",
  ])
  func `the reference files hold the same numbers`(file: String) throws {
    let expected = try Fixture.json("weights.json", as: [String: Values].self)
    let store = try WeightsStore(contentsOf: Fixture.path(file))
    #expect(Set(store.entries.map(\.name)) == Set(expected.keys))
    for (name, values) in expected {
      let tensor = try store.tensor(named: name)
      #expect(tensor.shape == Shape(values.shape))
      #expect(tensor.elements == values.values)
      #expect(store[name]?.scalarType == .float32)
    }
  }

  @Test(arguments: [
    "weights-protocol2.npy", "weights-protocol3.npy", "weights-protocol4.npy",
    "weights-protocol5.npy", "weights-numpy-core.npy",
  ])
  func `every pickle protocol from 2 to 5 gives the same`(file: String) throws {
    let expected = try Fixture.json("weights.json", as: [String: Values].self)
    let store = try WeightsStore(contentsOf: Fixture.path(file))
    #expect(store.entries.map(\.name) == ["CAM_fc/weights", "CAM_fc/biases", "conv1_1/biases"])
    for entry in store.entries {
      #expect(try store.tensor(named: entry.name).elements == expected[entry.name]?.values)
    }
  }

  @Test func `an axis of extent 1 may have any stride`() throws {
    // As torch saves views: the stride of such an axis is 2⁶¹ and 2⁶².
    let store = try WeightsStore(contentsOf: Fixture.path("weights-torch-strides.pth"))
    #expect(try store.tensor(named: "wide").elements == [0, 1, 2])
    #expect(try store.tensor(named: "middle").elements == [0, 3, 1, 4, 2, 5])
  }

  @Test(arguments: ["weights-mixed2.npy", "weights-mixed5.npy"])
  func `orders of axes and bytes, and types, come out alike`(file: String) throws {
    let store = try WeightsStore(contentsOf: Fixture.path(file))
    for name in ["float16", "float64", "big", "fortran", "bigfortran16"] {
      let tensor = try store.tensor(named: "a/\(name)")
      #expect(tensor.shape == [2, 3])
      #expect(tensor.elements == [0, 0.25, 0.5, 0.75, 1, 1.25], "\(name)")
    }
    #expect(try store.tensor(named: "a/int64").elements == [0, 1, 2, 3, 4, 5])
    #expect(store["a/bigfortran16"]?.scalarType == .float16)
  }

  @Test func `a lone array is named array`() throws {
    let store = try WeightsStore(contentsOf: Fixture.path("weights-lone.npy"))
    #expect(store.entries.map(\.name) == ["array"])
    #expect(try store.tensor(named: "array").elements == [0, 0.25, 0.5, 0.75, 1, 1.25])
  }

  @Test(arguments: ["weights-torch-legacy.pth", "weights-torch-zip.pth"])
  func `both of torch's formats are read, with strides and offsets`(file: String) throws {
    let store = try WeightsStore(contentsOf: Fixture.path(file))
    #expect(store.format == .torch)
    #expect(
      store.entries.map(\.name) == [
        "strided.weight", "offset", "half", "bfloat", "count", "parameter",
      ])
    // arange(24) / 4 as (2, 3, 4), its axes turned to (4, 2, 3).
    let strided = try store.tensor(named: "strided.weight")
    #expect(strided.shape == [4, 2, 3])
    var expected: [Float] = []
    for k in 0..<4 {
      for i in 0..<2 {
        for j in 0..<3 { expected.append(Float(i * 12 + j * 4 + k) / 4) }
      }
    }
    #expect(strided.elements == expected)
    #expect(try store.tensor(named: "offset").elements == [1.25, 1.5, 1.75, 2])
    #expect(try store.tensor(named: "half").elements == [0, 0.25, 0.5, 0.75])
    #expect(try store.tensor(named: "bfloat").elements == [0, 0.25, 0.5, 0.75])
    #expect(try store.tensor(named: "count").elements == [7])
    #expect(try store.tensor(named: "parameter").elements == [0, 0.25])
  }

  @Test func `safetensors are read in the order of their bytes`() throws {
    let store = try WeightsStore(contentsOf: Fixture.path("weights-small.safetensors"))
    #expect(store.format == .safetensors)
    #expect(Set(store.entries.map(\.name)) == ["a", "b", "n"])
    #expect(try store.tensor(named: "b").elements == (0..<24).map { Float($0) / 4 })
    #expect(try store.tensor(named: "a").elements == [0, 0.25, 0.5, 0.75])
    #expect(store["n"]?.scalarType == .int64)
  }

  @Test func `float32 values are used where they lie in the file`() throws {
    let store = try Model.efficientNetLite0.embeddedWeights()
    let first = try store.tensor(named: "_fc.weight").withUnsafeElements { $0.baseAddress }
    let second = try store.tensor(named: "_fc.weight").withUnsafeElements { $0.baseAddress }
    #expect(first == second)
  }
}
