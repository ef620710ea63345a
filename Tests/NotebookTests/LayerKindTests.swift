import CAMNet
import Foundation
import Notebook
import TestSupport
import Testing

/// A layer kind is its file, a line of the list, its words in each language and its Python: whoever lacks one is named here.
@Suite struct LayerKindTests {
  private func source(_ path: String) throws -> String {
    try String(contentsOf: Fixture.project.appending(path: path), encoding: .utf8)
  }

  /// Layers of the networks that the tests run, with their shapes.
  private func layers() throws -> [LayerShapes] {
    try networks().flatMap { try $0.shapes() }
  }

  private func networks() throws -> [Network] {
    try [
      .vgg16CAM, .efficientNetLite0, OwnNetworks.small().network, OwnNetworks.modern().network,
    ]
  }

  @Test func `every kind that a file declares is in the list`() throws {
    let folder = Fixture.project.appending(path: "Sources/CAMNet/Layers")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    let declared = try files.flatMap { file in
      try source("Sources/CAMNet/Layers/\(file)")
        .matches(of: /struct (\w+): [\w, ]*LayerKind\b/).map { String($0.1) }
    }
    #expect(declared.count >= 10)
    #expect(Set(declared) == Set(LayerKinds.all.map { "\($0)" }))
  }

  @Test(arguments: Language.allCases)
  func `every operation has its words`(language: Language) throws {
    let words = try Words(language, .builtIn)
    for operation in LayerKinds.operations.sorted() {
      #expect(words.has(operation), "'\(operation)' in \(language.rawValue)")
    }
  }

  @Test func `every kind is in a network whose notebook the tests run, and its Python is there`()
    throws
  {
    let used = try Set(networks().flatMap(\.layers).map(\.kind.operation))
    for kind in LayerKinds.all {
      #expect(!used.isDisjoint(with: kind.operations), "no network has a \(kind)")
    }
    let functions = Set(
      try source("Templates/notebook.py").matches(of: /(?m)^def (\w+)\(/).map { String($0.1) })
    for layer in try layers().map(\.layer) {
      for call in layer.code.matches(of: /(?:^|[^.\w])([a-z]\w*)\(/) {
        #expect(functions.contains(String(call.1)), "\(layer.code)")
      }
    }
  }

  @Test func `facts have the same names in all layers of a kind, and values that words can use`()
    throws
  {
    var names: [String: Set<String>] = [:]
    for entry in try layers() {
      let kind = "\(type(of: entry.layer.kind))"
      let facts = entry.layer.kind.facts(entry)
      #expect(names[kind] == nil || names[kind] == Set(facts.keys), "\(entry.layer.name)")
      names[kind] = Set(facts.keys)
      #expect(!entry.layer.kind.look.shortName.isEmpty)
    }
    #expect(names.count == LayerKinds.all.count)
  }

  @Test func `a window's facts are those of its shapes`() throws {
    func facts(_ window: Window, _ size: Int) throws -> [String: LayerFact] {
      let network = try Network(
        name: "t", input: "x", defaultSize: InputSize(size),
        layers: [Layer("a", Convolution(window, outputChannels: 3), "x")])
      let shapes = try network.shapes()[0]
      return shapes.layer.kind.facts(shapes)
    }
    let halving = try facts(Window(height: 3, width: 3, stride: 2), 15)
    #expect(halving["halves"] == .flag(true) && halving["padded"] == .flag(true))
    #expect(halving["same"] == .flag(true) && halving["blocks"] == .flag(false))
    let thirds = try facts(Window(height: 3, width: 3, stride: 3, padding: .valid), 15)
    #expect(thirds["halves"] == .flag(false) && thirds["padded"] == .flag(false))
    #expect(thirds["blocks"] == .flag(true) && thirds["taps"] == .number(9))
    let flat = try facts(
      Window(height: 2, width: 1, strides: Window.PerAxis(vertical: 2, horizontal: 1)), 16)
    #expect(flat["blocks"] == .flag(true) && flat["halves"] == .flag(false))
    #expect(flat["stride"] == .text("2×1") && flat["strides_differ"] == .flag(true))
    #expect(flat["strided"] == .flag(true) && flat["dilated"] == .flag(false))
    // SAME padding of a window that fits puts no zeros anywhere.
    #expect(try facts(Window(height: 1, width: 1), 4)["padded"] == .flag(false))
  }
}
