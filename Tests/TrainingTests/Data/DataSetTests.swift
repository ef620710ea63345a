import Foundation
import TestSupport
import Testing
import Training

@Suite("Data in folders")
struct DataFolderTests {
  private let data: DataFolder

  init() throws {
    data = try DataFolder()
  }

  private func refusal() -> String? { data.refusal { try DataSet(data.path) } }

  @Test("classes are the folders, in the order in which people count; photos go by their names")
  func classes() throws {
    try data.makePhotos(
      "class10/z.jpg", "class2/B.PNG", "class2/a.jpeg", "Class1/é.webp", "class2/deep/er/x.tiff")
    try data.write("no photo", "class2/notes.txt")
    let set = try DataSet(data.path)
    #expect(set.classes == ["Class1", "class2", "class10"])
    #expect(
      set.photos.map(\.name) == [
        "Class1/é.webp", "class10/z.jpg", "class2/B.PNG", "class2/a.jpeg", "class2/deep/er/x.tiff",
      ])
    #expect(set.photos.map(\.label) == [0, 2, 1, 1, 1])
    #expect(set.photos.map(\.path) == set.photos.map { data($0.name) })
  }

  @Test("numbers in names are counted whatever their length and zeros")
  func numbers() throws {
    let names = ["a", "a 2 b", "a 02 c", "a 10", "a 99999999999999999999999", "a-1", "b007", "b08"]
    for name in names.shuffled() { try data.makePhotos("\(name)/1.jpg") }
    #expect(try DataSet(data.path).classes == names)
  }

  @Test("names do not depend on how the folder is named")
  func trailingSlash() throws {
    try data.makePhotos("cat/1.jpg", "dog/2.jpg")
    #expect(try DataSet(data.path + "/").photos.map(\.name) == ["cat/1.jpg", "dog/2.jpg"])
    #expect(
      try DataSet(data.path + "/").photos.map(\.path) == [data("cat/1.jpg"), data("dog/2.jpg")])
  }

  @Test("hidden files and folders are left out")
  func hidden() throws {
    try data.makePhotos("cat/1.jpg", "dog/2.jpg", "dog/.3.jpg", ".git/4.jpg", "cat/.thumbs/5.jpg")
    let set = try DataSet(data.path)
    #expect(set.photos.map(\.name) == ["cat/1.jpg", "dog/2.jpg"])
    #expect(set.classes == ["cat", "dog"])
  }

  @Test("links are followed, and those in a circle end")
  func links() throws {
    try data.makePhotos("cat/1.jpg", "dog/2.jpg", "dog/sub/3.jpg")
    try DataFolder.withOther { other in
      try other.makePhotos("bird/4.jpg", "5.jpg")
      try data.link("bird", to: other("bird"))
      try data.link("cat/5.jpg", to: other("5.jpg"))
      try data.link("dog/sub/again", to: "..")
      try data.link("dog/everything", to: "../../\(data.path.split(separator: "/").last ?? "")")
      try data.link("dog/sub/self", to: "self")
      let set = try DataSet(data.path)
      #expect(set.classes == ["bird", "cat", "dog"])
      #expect(
        set.photos.map(\.name) == [
          "bird/4.jpg", "cat/1.jpg", "cat/5.jpg", "dog/2.jpg", "dog/sub/3.jpg",
        ])
    }
  }

  @Test("a path that is not there")
  func missing() {
    #expect(
      data.refusal { try DataSet(data("photos")) }
        == "DATA/photos: there is no such folder or list; name a folder with a folder of photos for each class, or a CSV of path and label"
    )
  }

  @Test("a folder without folders, with photos or without")
  func noClasses() throws {
    #expect(
      refusal() == "DATA: has no folders of photos; make one for each class, named after it")
    try data.makePhotos("1.jpg", "2.jpg")
    #expect(
      refusal()
        == "DATA: has 2 photos and no folders; make one for each class, named after it, and put its photos there"
    )
  }

  @Test("a photo beside the folders of the classes is named")
  func outside() throws {
    try data.makePhotos("cat/1.jpg", "dog/2.jpg", "3.jpg")
    #expect(
      refusal()
        == "DATA: the photo 3.jpg lies in no class's folder; put it into one, or elsewhere")
  }

  @Test("a class without photos is named, with what photos' names end in")
  func emptyClass() throws {
    try data.makePhotos("cat/1.jpg")
    try data.write("", "dog/2.jpg.txt")
    #expect(
      refusal()?.hasPrefix(
        "DATA/dog: has no photos; put some there, or remove the folder. Photos' names end in .jpg, "
      ) == true)
  }

  @Test("one class alone")
  func oneClass() throws {
    try data.makePhotos("cat/1.jpg", "cat/2.jpg")
    #expect(
      refusal()
        == "DATA: all photos are of one class, 'cat'; there is nothing to tell apart. Add photos of another class"
    )
  }

  @Test(
    "names that clash in case, Unicode form or space are both named",
    arguments: [
      ("Cat", "cat"), ("Stra\u{DF}e", "STRASSE"), ("caf\u{E9}", "cafe\u{301}"),
      ("big cat", "big  cat "),
    ])
  func clash(first: String, second: String) throws {
    try data.makePhotos("\(first)/1.jpg", "\(second)/2.jpg", "dog/3.jpg")
    let sentence = try #require(refusal())
    #expect(sentence.hasPrefix("DATA: the classes '"))
    for name in [first, second] {
      #expect(sentence.utf8.firstRange(of: Array("'\(name)'".utf8)) != nil)
    }
  }

  @Test("a name that is not UTF-8 is refused where it would be used", arguments: ["", "cat"])
  func notUTF8(folder: String) throws {
    try data.makePhotos("cat/1.jpg", "dog/2.jpg")
    let inside = folder.isEmpty ? data.path : data(folder)
    // A text file's name does not matter.
    #expect(mkfile(inside, [0xFF, 0x2E, 0x74, 0x78, 0x74]))
    #expect(refusal() == nil)
    #expect(mkfile(inside, [0xE9] + Array(".jpg".utf8)))
    let shown = folder.isEmpty ? "DATA" : "DATA/cat"
    #expect(refusal() == "\(shown): the name of '\u{FFFD}.jpg' is not UTF-8; rename it")
  }

  private func mkfile(_ folder: String, _ name: [UInt8]) -> Bool {
    let path = (Array(folder.utf8) + [0x2F] + name + [0]).map(CChar.init(bitPattern:))
    let descriptor = open(path, O_CREAT | O_WRONLY, 0o644)
    close(descriptor)
    return descriptor >= 0
  }

  @Test("a file in two classes, by a link, is refused; in one class it counts once")
  func twoLabels() throws {
    try data.makePhotos("cat/1.jpg", "dog/2.jpg")
    try data.link("cat/1 again.jpg", to: "1.jpg")
    #expect(try DataSet(data.path).photos.map(\.name) == ["cat/1 again.jpg", "dog/2.jpg"])
    try data.link("cat/0.jpg", to: "../dog/2.jpg")
    #expect(
      refusal()
        == "DATA: cat/0.jpg, labelled 'cat', and dog/2.jpg, labelled 'dog', are one file; a photo has one label"
    )
  }

  @Test("more photos than are read")
  func tooMany() throws {
    try data.makePhotos("cat/1.jpg", "cat/2.jpg", "dog/3.jpg", "dog/4.jpg")
    #expect(
      data.refusal { try DataSet(data.path, mostPhotos: 3) }
        == "DATA: has more than 3 photos, the most that are read; train with a part of them")
    #expect(data.refusal { try DataSet(data.path, mostPhotos: 4) } == nil)
  }

  @Test("data to judge by may lack a class, and has no others")
  func givenClasses() throws {
    try data.makePhotos("dog/1.jpg")
    let set = try DataSet(data.path, classes: ["cat", "dog"])
    #expect(set.classes == ["cat", "dog"])
    #expect(set.photos.map(\.label) == [1])
    try data.makePhotos("bird/1.jpg")
    #expect(
      data.refusal { try DataSet(data.path, classes: ["cat", "dog"]) }
        == "DATA: 'bird' is none of the classes that are trained; they are cat and dog")
  }
}

@Suite("Data in lists")
struct DataListTests {
  private let data: DataFolder

  init() throws {
    data = try DataFolder()
  }

  private func set(_ list: some Sequence<UInt8>) throws -> DataSet {
    try DataSet(data.write(list, "lists/list.csv"))
  }

  private func refusal(_ list: String) -> String? {
    data.refusal { try set(list.utf8) }
  }

  @Test("paths are relative to the list's folder, or absolute")
  func paths() throws {
    let set = try set("a.jpg,cat\n../b.png,dog\n/c.jpg,cat\n".utf8)
    #expect(set.photos.map(\.name) == ["../b.png", "/c.jpg", "a.jpg"])
    #expect(
      set.photos.map(\.path) == [data("lists/../b.png"), "/c.jpg", data("lists/a.jpg")])
    #expect(set.photos.map(\.label) == [1, 0, 0])
    #expect(set.classes == ["cat", "dog"])
  }

  @Test(
    "a header is one where its row names no photo",
    arguments: ["path,label\n", "\u{FEFF}File,\"Class\"\r\n", "", "\u{FEFF}"])
  func header(_ header: String) throws {
    #expect(try set((header + "a.jpg,1\nb.jpg,2").utf8).photos.map(\.name) == ["a.jpg", "b.jpg"])
  }

  @Test("a first row that names a file is no header, whatever its name ends in")
  func noHeader() throws {
    try data.write("", "lists/photo one")
    #expect(try set("photo one,cat\nb.jpg,dog".utf8).photos.count == 2)
  }

  @Test(
    "fields in quotes, line ends, spaces, further fields and empty rows are read as RFC 4180 has them"
  )
  func quoting() throws {
    let set = try set(
      "\"a, \"\"b\"\".jpg\",\" cat\"\r\n\r\n c.jpg , dog,ignored\r,,\n\"two\r\nlines.jpg\",dog".utf8
    )
    #expect(set.photos.map(\.name) == ["a, \"b\".jpg", "c.jpg", "two\r\nlines.jpg"])
    #expect(set.classes == [" cat", "dog"])
  }

  @Test("a list of a million rows' size is read in order of names")
  func many() throws {
    let rows = (0..<20_000).map { "photo \($0).jpg,\($0 % 120)\n" }
    let set = try set(rows.joined().utf8)
    #expect(set.classes == (0..<120).map { "\($0)" })
    #expect(set.photos.count == 20_000)
  }

  @Test("what is wrong with a row is said with its line")
  func rows() {
    #expect(
      refusal("a.jpg,cat\n\nb.jpg\n")
        == "DATA/lists/list.csv: line 3: the label is missing; fields are divided by commas")
    #expect(
      refusal("\"a\nb.jpg\",cat\n,dog\n")
        == "DATA/lists/list.csv: line 3: the path is missing; fields are divided by commas")
    #expect(
      refusal("a.jpg,cat\nb.jpg,\"dog\n\n")
        == "DATA/lists/list.csv: line 2: a quote is opened and not closed")
    #expect(
      refusal("a.jpg,cat\nb.jpg,\"dog\" cat\n")
        == "DATA/lists/list.csv: line 2: there is text behind a closed quote; inside quotes a quote is written twice"
    )
  }

  @Test("a list without photos, and what is no text")
  func noList() {
    #expect(
      refusal("path,label\n")
        == "DATA/lists/list.csv: lists no photos; write a row of path and label for each")
    let sentence =
      "DATA/lists/list.csv: is not UTF-8 text; a list is a CSV of path and label, saved as UTF-8"
    #expect(refusal("a.jpg\0,cat") == sentence)
    #expect(data.refusal { try set([0xFF, 0xFE, 0x61, 0]) } == sentence)
  }

  @Test("a photo listed twice has one label")
  func twice() throws {
    try data.write("", "lists/a.jpg")
    #expect(try set("a.jpg,cat\na.jpg,cat\n./a.jpg,cat\nb.jpg,dog\n".utf8).photos.count == 2)
    #expect(
      refusal("a.jpg,cat\nb.jpg,dog\na.jpg,dog\n")
        == "DATA/lists/list.csv: a.jpg is labelled 'cat' and 'dog'; a photo has one label")
    #expect(
      refusal("a.jpg,cat\nb.jpg,dog\n./a.jpg,dog\n")?.contains(
        "are one file; a photo has one label")
        == true)
  }

  @Test("labels that clash, and one label alone")
  func labels() {
    #expect(refusal("a.jpg,Cat\nb.jpg,cat\n")?.contains("'Cat' and 'cat'") == true)
    #expect(refusal("a.jpg,cat\nb.jpg,cat\n")?.contains("of one class, 'cat'") == true)
  }
}

extension DataFolder {
  /// Calls `body` with a folder beside the others.
  fileprivate static func withOther(_ body: (DataFolder) throws -> Void) throws {
    let other = try DataFolder()
    try withExtendedLifetime(other) { try body(other) }
  }
}
