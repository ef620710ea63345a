import CAMNet
import TestSupport
import Testing
import Training

@Suite("Boxes")
struct BoxesTests {
  private let data: DataFolder
  private let read: ReadData

  init() throws {
    data = try DataFolder()
    for name in ["cat/1.jpg", "dog/2.jpg", "dog/3.jpg"] {
      let photo = SyntheticWeights(seed: name).image(width: 40, height: 20)
      try data.write(photo.jpegData(quality: 80), "data/\(name)")
    }
    try data.write("", "data/dog/broken.jpg")
    read = try PhotoReader(size: 8).read(DataSet(data("data")), badPhotos: 50) { _, _ in }.data
  }

  private func boxes(_ text: String) throws -> Boxes {
    try Boxes(contentsOf: data.write(text, "boxes.csv"), of: [read])
  }

  private func refusal(_ text: String) -> String? { data.refusal { try boxes(text) } }

  @Test("boxes are fractions of the upright photo, several of a photo, by path or name")
  func fractions() throws {
    let boxes = try boxes(
      "path,x,y,width,height\ndata/cat/1.jpg,10,5,20,10\ncat/1.jpg,0,0,1,1.5\ndog/2.jpg, 0,0,40,20\n"
    )
    #expect(
      boxes[data("data/cat/1.jpg")] == [
        PhotoBox(x: 0.25, y: 0.25, width: 0.5, height: 0.5),
        PhotoBox(x: 0, y: 0, width: 0.025, height: 0.075),
      ])
    #expect(boxes[data("data/dog/2.jpg")] == [PhotoBox(x: 0, y: 0, width: 1, height: 1)])
    #expect(boxes[data("data/dog/3.jpg")].isEmpty)
  }

  @Test("a box is cut to its photo")
  func cut() throws {
    #expect(
      try boxes("dog/2.jpg,-10,10,30,30")[data("data/dog/2.jpg")]
        == [PhotoBox(x: 0, y: 0.5, width: 0.5, height: 0.5)])
  }

  @Test("rows of photos that could not be read are passed over")
  func unreadable() throws {
    #expect(
      try boxes("data/dog/broken.jpg,0,0,1,1\ndog/2.jpg,0,0,1,1")[data("data/dog/2.jpg")].count == 1
    )
  }

  @Test("what is wrong with a row is said with its line")
  func rows() {
    #expect(
      refusal("dog/2.jpg,0,0,1,1\ndog/9.png,0,0,1,1")
        == "DATA/boxes.csv: line 2: dog/9.png is none of the photos that are trained with or kept back"
    )
    #expect(
      refusal("dog/2.jpg,0,0,1,1\n,0,0,1,1")
        == "DATA/boxes.csv: line 2: the path is missing; fields are divided by commas")
    #expect(
      refusal("dog/2.jpg,0,0,1")
        == "DATA/boxes.csv: line 1: the height is missing; fields are divided by commas")
    #expect(
      refusal("dog/2.jpg,0,top,1,1")
        == "DATA/boxes.csv: line 1: the y is a number of pixels, not 'top'")
    #expect(
      refusal("dog/2.jpg,0,0,nan,1")
        == "DATA/boxes.csv: line 1: the width is a number of pixels, not 'nan'")
    #expect(
      refusal("dog/2.jpg,0,0,5,0")
        == "DATA/boxes.csv: line 1: a box's width and height are more than 0 pixels")
    #expect(
      refusal("dog/2.jpg,40,0,5,5")
        == "DATA/boxes.csv: line 1: the box lies outside of dog/2.jpg, which has 40 × 20 pixels")
    #expect(
      refusal("path,x,y,width,height")
        == "DATA/boxes.csv: holds no boxes; write a row of path, x, y, width and height for each")
  }
}
