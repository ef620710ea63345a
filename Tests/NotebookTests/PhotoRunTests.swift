import CAMNet
import Foundation
import Notebook
import Synchronization
import TestSupport
import Testing

/// Many photos run in this process.
@Suite final class PhotoRunTests {
  private let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "camreport-\(UUID())")
    for name in ["a", "b"] {
      try FileManager.default.createDirectory(
        at: folder.appending(path: name), withIntermediateDirectories: true)
    }
    let (cat, coffee) = (Fixture.example("cat.jpg"), Fixture.example("coffee.jpg"))
    try Data(contentsOf: URL(filePath: cat)).write(to: folder.appending(path: "a/photo.jpg"))
    try Data(contentsOf: URL(filePath: coffee)).write(to: folder.appending(path: "b/photo.jpg"))
    try Data("text".utf8).write(to: folder.appending(path: "bad.jpg"))
  }

  deinit {
    try? FileManager.default.removeItem(at: folder)
  }

  private func run(
    _ images: [String], resumes: Bool = false
  ) throws -> (failures: [String], events: [String]) {
    let walkthrough = try Walkthrough(
      model: LoadedModel(try OwnNetworks.small(), weights: .synthetic(seed: "many")),
      options: InputOptions(size: 60, filter: .bicubic, fitting: .squeeze),
      words: Words(.english, .builtIn))
    let run = PhotoRun(
      walkthrough: walkthrough, layout: try Layout(.builtIn),
      folders: ReportFolders(
        images: images.map { folder.appending(path: $0).path },
        html: folder.appending(path: "out").path, saveTensors: nil, writesFolder: true),
      program: .init(version: "test", command: ["camreport"]), resumes: resumes, workers: 2)
    let events = Mutex<[String]>([])
    let failures = run.run { event in
      switch event {
      case .report(let lines): events.withLock { $0.append(contentsOf: lines) }
      case .failed(let error): events.withLock { $0.append("failed: \(error)") }
      case .writing: events.withLock { $0.append("writing") }
      default: break
      }
    }
    return (failures, events.withLock { $0 })
  }

  private func has(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: folder.appending(path: name).path)
  }

  @Test func `photos of one name get folders of their own, and are told of in their order`() throws
  {
    let (failures, events) = try run(["a/photo.jpg", "bad.jpg", "b/photo.jpg"])
    #expect(failures.count == 1 && failures[0].contains("bad.jpg"))
    for name in ["photo", "photo-2"] {
      for file in ["index.html", "run.json", "cam-1.png", "cam-1.npy", "thumbnail.jpg"] {
        #expect(has("out/\(name)/\(file)"), "\(name)/\(file)")
      }
    }
    let told = events.filter { $0 != "writing" }
    #expect(told.count == 4)
    #expect(told[0].contains("out/photo/index.html") && told[1].contains("bad.jpg"))
    #expect(told[2].contains("out/photo-2/index.html") && told[3].hasSuffix("out/index.html"))
    let index = try String(contentsOf: folder.appending(path: "out/index.html"), encoding: .utf8)
    #expect(index.matches(of: /<li data-order/).count == 2)
    #expect(index.contains("bad.jpg"))
  }

  @Test func `complete reports are left as they are when a run goes on`() throws {
    _ = try run(["a/photo.jpg", "b/photo.jpg"])
    let (failures, events) = try run(["a/photo.jpg", "b/photo.jpg"], resumes: true)
    #expect(failures.isEmpty)
    #expect(!events.contains("writing"))
    try FileManager.default.removeItem(at: folder.appending(path: "out/photo-2/run.json"))
    #expect(
      try run(["a/photo.jpg", "b/photo.jpg"], resumes: true).events.count { $0 == "writing" } == 1)
  }
}
