import CAMNet
import Foundation
import TestSupport
import Testing

/// How layers are computed, as a person chooses it and the run record says it.
@Suite struct KernelChoiceTests {
  let folder: Folder

  init() throws {
    folder = try Folder()
    try folder.write("cat.jpg", Data(contentsOf: URL(filePath: Fixture.example("cat.jpg"))))
  }

  private func kernels(_ record: [String: Any]) -> String? {
    (record["environment"] as? [String: Any])?["kernels"] as? String
  }

  private func algorithms(_ record: [String: Any]) -> Set<String> {
    Set((record["steps"] as? [[String: Any]] ?? []).compactMap { $0["algorithm"] as? String })
  }

  @Test(arguments: KernelSet.available)
  func `a run by one instruction set agrees with the record of another`(
    kernels: KernelSet
  ) throws {
    _ = try Command.run(
      "cat.jpg", "--weights", "synthetic:camreport", "--html", "out", in: folder)
    let environment = [KernelSet.variable: kernels.identifier]
    let verified = try Command.run(
      Command.binary, ["verify", "out/run.json"], in: folder, environment: environment)
    #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
    _ = try Command.run(
      Command.binary, ["cat.jpg", "--html", "own"], in: folder, environment: environment)
    #expect(self.kernels(try folder.json("own/run.json")) == kernels.name)
  }

  @Test func `without a choice the fastest instruction set is taken`() throws {
    _ = try Command.run("cat.jpg", "--html", "out", in: folder)
    #expect(kernels(try folder.json("out/run.json")) == KernelSet.available[0].name)
  }

  @Test func `an instruction set that is not there is refused`() throws {
    let outcome = try Command.run(
      Command.binary, ["cat.jpg"], in: folder, environment: [KernelSet.variable: "mmx"])
    #expect(outcome.status == 64)
    #expect(outcome.errors.contains("CAMREPORT_CPU is 'mmx'"))
    #expect(outcome.errors.contains(KernelSet.available[0].identifier))
  }

  @Test func `a precise run convolves directly, and verify repeats it so`() throws {
    let arguments = ["cat.jpg", "--weights", "synthetic:camreport", "--html"]
    _ = try Command.run(Command.binary, arguments + ["out"], in: folder)
    #expect(algorithms(try folder.json("out/run.json")).contains { $0.hasPrefix("winograd") })
    _ = try Command.run(Command.binary, arguments + ["precise", "--precise"], in: folder)
    var record = try folder.json("precise/run.json")
    #expect(algorithms(record) == ["direct", "plain"])
    #expect((record["options"] as? [String: Any])?["precise"] as? Bool == true)
    // Direct sums agree far closer than transforms do.
    let tolerance = ["--tolerance", "0.0000001"]
    let verified = try Command.run(
      Command.binary, ["verify", "precise/run.json"] + tolerance, in: folder)
    #expect(verified.status == 0, "\(verified.output)")
    record["options"] = (record["options"] as? [String: Any])?.filter { $0.key != "precise" }
    try folder.write("changed.json", JSONSerialization.data(withJSONObject: record))
    let transformed = try Command.run(
      Command.binary, ["verify", "changed.json"] + tolerance, in: folder)
    #expect(transformed.status == 1)
  }

  @Test func `bench prints each layer's time and algorithm, as text and as JSON`() throws {
    let arguments = ["bench", "--size", "64", "--runs", "3"]
    let text = try Command.run(Command.binary, arguments, in: folder)
    #expect(text.status == 0, "\(text.errors)")
    #expect(text.output.contains("stem"))
    #expect(text.lines.last?.hasPrefix("forward ") == true)
    let outcome = try Command.run(
      Command.binary, arguments + ["--json", "--threads", "1"], in: folder)
    let json = try #require(
      JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any])
    let layers = try #require(json["layers"] as? [[String: Any]])
    #expect(layers.count == Network.efficientNetLite0.layers.count)
    #expect(layers.contains { $0["algorithm"] as? String == "depthwise" })
    #expect(layers.allSatisfy { ($0["milliseconds"] as? Double ?? -1) >= 0 })
    let samples = try #require(json["forward_samples"] as? [Double])
    #expect(samples.count == 3)
    #expect(json["forward_milliseconds"] as? Double == samples.sorted()[1])
    #expect(json["threads"] as? Int == 1)
  }

  @Test func `bench draws how the time grows`() throws {
    let outcome = try Command.run(
      "bench", "--runs", "1", "--growth", "growth.png", "--photo", "cat.jpg", in: folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let image = try RGBImage(contentsOf: folder.path("growth.png"))
    #expect(image.width > image.height)
    #expect(Set(image.pixels).count > 50)
    let alone = try Command.run("bench", "--growth", "growth.png", in: folder)
    #expect(alone.status == 64)
  }
}
