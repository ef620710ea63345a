import CAMNet
import Testing

@Suite struct BoundingBoxTests {
  @Test func `the box is around the largest part above a share of the range`() throws {
    let map = Tensor(
      shape: [4, 6],
      [
        9, 0, 0, 0, 0, 0,
        0, 0, 3, 4, 0, 0,
        0, 0, 2, 10, 5, 0,
        0, 0, 0, 0, 0, 2.1,
      ])
    // 2 is not above 20 % of 10; 2.1 touches only at a corner; 9 stands alone.
    let box = try #require(BoundingBox(map, threshold: 0.2))
    #expect([box.x, box.y, box.width, box.height] == [2, 1, 3, 2])
    let smaller = try #require(BoundingBox(map, threshold: 0.45))
    #expect([smaller.x, smaller.y, smaller.width, smaller.height] == [3, 2, 2, 1])
  }

  @Test func `a map without a positive value has no box`() {
    #expect(BoundingBox(Tensor(shape: [2, 2], [-1, -3, 0, -2])) == nil)
  }

  @Test
  func `the threshold is of the map as it is drawn, between its smallest value and its largest`()
    throws
  {
    let map = Tensor(shape: [1, 3], [10, 0, -10])
    #expect(try #require(BoundingBox(map, threshold: 0.4)).width == 2)
    // Of the raw map's maximum, as camreport 0.1.0 had it.
    #expect(try #require(BoundingBox(map, threshold: 0.4, of: .maximum)).width == 1)
  }
}
