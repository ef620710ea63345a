import CAMNet
import Testing

@Suite struct BoundingBoxTests {
  @Test func `the box is around the largest part above a fifth of the maximum`() throws {
    let map = Tensor(
      shape: [4, 6],
      [
        9, 0, 0, 0, 0, 0,
        0, 0, 3, 4, 0, 0,
        0, 0, 2, 10, 5, 0,
        0, 0, 0, 0, 0, 2.1,
      ])
    // 2 is not above 20 % of 10; 2.1 touches only at a corner; 9 stands alone.
    let box = try #require(BoundingBox(map))
    #expect([box.x, box.y, box.width, box.height] == [2, 1, 3, 2])
  }

  @Test func `a map without a positive value has no box`() {
    #expect(BoundingBox(Tensor(shape: [2, 2], [-1, -3, 0, -2])) == nil)
  }

  @Test func `the threshold is of the raw map, not after min-max`() throws {
    // After min-max the second value would be at a half; raw it is far below a fifth.
    let box = try #require(BoundingBox(Tensor(shape: [1, 3], [10, 0, -10])))
    #expect(box.width == 1)
  }
}
