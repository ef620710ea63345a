import CAMNet
import Foundation
import Notebook
import TestSupport
import Testing

/// What steps give and take, and methods by name.
@Suite struct WalkTests {
  private func walk() throws -> Walk {
    let model = try LoadedModel(try OwnNetworks.small(), weights: .synthetic(seed: "walk"))
    return Walk(
      model: model, options: InputOptions(size: 60, filter: .bicubic, fitting: .squeeze),
      words: try Words(.english, .builtIn), photo: try Photo(contentsOf: Fixture.example("cat.jpg"))
    )
  }

  @Test func `a step gets what an earlier one gave, and asking for what nobody gave names both`()
    throws
  {
    let walk = try walk()
    let key = Walk.Key<Int>("places")
    walk.give(7, as: key)
    #expect(try walk.take(key) == 7)
    walk.running = "class_map"
    let error = try #require(throws: WalkthroughError.self) {
      try walk.take(Walk.Key<Tensor>("features"))
    }
    #expect(error == .notGiven(name: "features", step: "class_map"))
    #expect("\(error)".contains("'features'") && "\(error)".contains("'class_map'"))
    #expect(throws: WalkthroughError.self, "of another type there is none of this name") {
      try walk.take(Walk.Key<Tensor>("places"))
    }
  }

  @Test func `methods that are not there, or asked for twice, are refused by name`() throws {
    #expect(throws: WalkthroughError.unknownMethod("grad", known: WalkthroughMethods.others)) {
      try WalkthroughMethods.check(["grad"])
    }
    for name in WalkthroughMethods.others {
      #expect(throws: WalkthroughError.duplicateMethod(name)) {
        try WalkthroughMethods.check([name, name])
      }
    }
  }

  @Test func `what cannot be saved stops the run at once`() throws {
    struct Full: Error {}
    let loaded = try LoadedModel(try OwnNetworks.small(), weights: .synthetic(seed: "walk"))
    let walkthrough = try Walkthrough(
      model: loaded, options: InputOptions(size: 60, filter: .bicubic, fitting: .squeeze),
      words: Words(.english, .builtIn))
    var begun: [String] = []
    #expect(throws: Full.self) {
      try walkthrough.run(
        Photo(contentsOf: Fixture.example("cat.jpg")),
        observe: { event in if case .started(let step, _) = event { begun.append(step.name) } },
        save: { step, _ in if step.name == "conv" { throw Full() } })
    }
    #expect(begun.last == "conv")
  }

  @Test func `a step's time is its own work's`() throws {
    let loaded = try LoadedModel(try OwnNetworks.small(), weights: .synthetic(seed: "walk"))
    let report = try Walkthrough(
      model: loaded, options: InputOptions(size: 60, filter: .bicubic, fitting: .squeeze),
      words: Words(.english, .builtIn)
    ).run(Photo(contentsOf: Fixture.example("cat.jpg")))
    #expect(report.steps.allSatisfy { ($0.result.milliseconds ?? 0) > 0 })
  }
}
