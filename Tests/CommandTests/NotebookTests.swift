import CAMNet
import Foundation
import Notebook
import TestSupport
import Testing

/// The Jupyter notebook, opened and run by Jupyter's own tools.
@Suite(.serialized) struct JupyterNotebookTests {
  let folder: Folder

  init() throws {
    folder = try Folder()
  }

  @Test(arguments: [
    ["coffee.jpg", "--label", "cup", "--gradients"],
    ["cat.jpg", "--crop", "--resize", "lanczos", "--size", "320", "--lang", "ko"],
    ["cat.jpg", "--placement", "receptive-field"],
    ["cat.jpg", "--weights", "synthetic:camreport"],
  ])
  func `a notebook run again gives what it holds, text and pictures`(arguments: [String]) throws {
    let outcome = try Command.run(
      Command.binary,
      [Fixture.example(arguments[0])] + arguments.dropFirst() + ["--ipynb", "book/walk.ipynb"],
      in: folder)
    #expect(outcome.status == 0)
    #expect(outcome.lines.last == "book/walk.ipynb")
    try expectSameAgain(pictures: 10)
  }

  @Test
  func `notebooks of networks of one's own run again: a head of each kind, one class, no head`()
    throws
  {
    let path = folder.path("book/walk.ipynb")
    let models = [
      try OwnNetworks.small(), try OwnNetworks.small(classes: 1), try OwnNetworks.headless(),
      try OwnNetworks.modern(), try OwnNetworks.twoProducts(), try OwnNetworks.channels(),
    ]
    for model in models {
      let walkthrough = try Walkthrough(
        model: LoadedModel(model, weights: .synthetic(seed: "book")),
        options: InputOptions(size: model.network.defaultSize, filter: .bicubic, fitting: .crop(1)),
        words: Words(.english, .builtIn),
        methods: model.name != "headless" ? WalkthroughMethods.others : [],
        fineTuning: FineTuningOptions(hasGradients: true))
      let report = try walkthrough.run(Photo(contentsOf: Fixture.example("cat.jpg")))
      let exporter = JupyterExporter(path: path, layout: try Layout(.builtIn), version: "test")
      try ReportWriter(folder: folder.path("book")).write(exporter.files(for: report))
      try expectSameAgain(pictures: 1)
    }
  }

  /// Expects the notebook, run again by Jupyter's own tools, to print and show what it holds.
  /// - Parameter count: how many pictures it has at least.
  private func expectSameAgain(pictures count: Int) throws {
    let script = Fixture.project.appending(path: "Tests/Python/notebook_pictures.py").path
    let pictures = try Tools.python([script, folder.path("book/walk.ipynb")], in: folder)
    let numbers = pictures.output.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
    try #require(numbers.count == 2, "\(pictures.errors)")
    #expect(numbers[0] >= count)
    // A value cut to a byte may fall to either side, and its colour be the next one.
    #expect(numbers[1] <= 8)

    let values = try Tools.python(
      ["-m", "pytest", "--nbval", "-q", "-p", "no:cacheprovider", folder.path("book/walk.ipynb")],
      in: folder)
    #expect(values.status == 0, "\(values.output)")
  }

  @Test func `cells are named after their steps, uniquely, and the same in every run`() throws {
    var ids: [[String]] = []
    for name in ["a.ipynb", "b.ipynb"] {
      _ = try Command.run(Fixture.example("coffee.jpg"), "--ipynb", name, in: folder)
      let book = try folder.json(name)
      #expect(book["nbformat"] as? Int == 4 && book["nbformat_minor"] as? Int == 5)
      let metadata = try #require(book["metadata"] as? [String: Any])
      let own = try #require(metadata["camreport"] as? [String: String])
      #expect(own["model"] == "efficientnet-lite0")
      let cells = try #require(book["cells"] as? [[String: Any]])
      ids.append(cells.compactMap { $0["id"] as? String })
      #expect(ids[0].count == cells.count)
      let parameters = cells.filter {
        ($0["metadata"] as? [String: Any])?["tags"] as? [String] == ["parameters"]
      }
      #expect(parameters.count == 1)
      let numbers = cells.compactMap { $0["execution_count"] as? Int }
      #expect(numbers == Array(1...numbers.count))
    }
    #expect(ids[0] == ids[1])
    #expect(Set(ids[0]).count == ids[0].count)
    #expect(ids[0].contains("stem") && ids[0].contains("block3_expand"))
    for id in ids[0] { #expect(id.wholeMatch(of: /[A-Za-z0-9_-]{1,64}/) != nil, "\(id)") }
  }

  @Test func `papermill runs it with another photo, whose own numbers it shows`() throws {
    _ = try Command.run(Fixture.example("coffee.jpg"), "--ipynb", "walk.ipynb", in: folder)
    let outcome = try Tools.python(
      [
        "-m", "papermill", "--no-progress-bar", folder.path("walk.ipynb"), folder.path("cat.ipynb"),
        "-p", "image_path", Fixture.example("cat.jpg"), "--cwd", folder.url.path,
      ], in: folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let text = String(decoding: try folder.read("cat.ipynb"), as: UTF8.self)
    #expect(text.contains("0.7971 Egyptian cat"))
    #expect(text.contains("(300, 451, 3) uint8"))
  }

  @Test(arguments: ["npy", "npz", "safetensors"])
  func `weights from a file are read where they lie`(ending: String) throws {
    let store = "synthetic:camreport"
    _ = try Command.run(
      Fixture.example("cat.jpg"), "--weights", store, "--ipynb", "made/walk.ipynb", in: folder)
    let converted = try Command.run(
      "weights", "convert", "made/walk-files/weights.npz", "own.\(ending)", in: folder)
    #expect(converted.status == 0)
    _ = try Command.run(
      Fixture.example("cat.jpg"), "--weights", "own.\(ending)", "--ipynb", "book/walk.ipynb",
      in: folder)
    #expect(try folder.names(in: "book/walk-files") == ["cat.jpg", "class-names.json"])
    let text = String(decoding: try folder.read("book/walk.ipynb"), as: UTF8.self)
    #expect(text.contains("weights_path = '../own.\(ending)'"))
    let values = try Tools.python(
      ["-m", "pytest", "--nbval", "-q", "-p", "no:cacheprovider", folder.path("book/walk.ipynb")],
      in: folder)
    #expect(values.status == 0, "\(values.output)")
  }
}
