import Foundation
import Testing
import Training

@Suite("Draws")
struct DrawsTests {
  @Test("a draw follows from seed, purpose, epoch, photo and number by the documented formula")
  func formula() {
    // Computed by an independent program: splitmix64(splitmix64(fnv1a64("camreport/order/3/cat/1.jpg")) + 2).
    let draws = Draws(seed: "camreport", .order, epoch: 3, photo: "cat/1.jpg")
    #expect(draws.bits(2) == 0x1DEC_71F0_D194_EFAC)
    #expect(draws.value(2) == Double(0x1DEC_71F0_D194_EFAC >> 11) / 9_007_199_254_740_992)
  }

  @Test("draws change with all that they are of, and with nothing else")
  func independence() {
    let draw = { (seed: String, purpose: Draws.Purpose, epoch: Int, photo: String) in
      Draws(seed: seed, purpose, epoch: epoch, photo: photo).bits(0)
    }
    let values = [
      draw("a", .order, 0, "x"), draw("b", .order, 0, "x"), draw("a", .split, 0, "x"),
      draw("a", .order, 1, "x"), draw("a", .order, 0, "y"),
      Draws(seed: "a", .order, photo: "x").bits(1),
      Draws(seed: "a", .order, photo: "x").of("flip").bits(0),
    ]
    #expect(Set(values).count == values.count)
    #expect(draw("a", .order, 0, "x") == values[0])
  }

  @Test("values lie evenly in [0, 1), also of photos whose names differ in one letter")
  func even() {
    var counts = [Int](repeating: 0, count: 10)
    for photo in 0..<1000 {
      for index in 0..<10 {
        let value = Draws(seed: "s", .augmentation, photo: "\(photo)").value(index)
        #expect(0 <= value && value < 1)
        counts[Int(value * 10)] += 1
      }
    }
    // 1000 expected, with a standard deviation of 30.
    #expect(counts.allSatisfy { abs($0 - 1000) < 150 })
  }

  @Test("a photo more leaves the others in their order")
  func shuffling() {
    let names = (0..<50).map { "photo \($0)" }
    let shuffled = Draws.shuffled(names, seed: "s", .order, epoch: 2) { $0 }
    #expect(shuffled.sorted() == names.sorted() && shuffled != names)
    #expect(Draws.shuffled(names.reversed(), seed: "s", .order, epoch: 2) { $0 } == shuffled)
    #expect(Draws.shuffled(names, seed: "s", .order, epoch: 3) { $0 } != shuffled)
    let more = Draws.shuffled(names + ["another"], seed: "s", .order, epoch: 2) { $0 }
    #expect(more.filter { $0 != "another" } == shuffled)
  }
}
