/// Where each photo's report and tensors go.
public struct ReportFolders: Sendable {
  struct Folder: Equatable {
    let image: String
    /// The photo's name without its ending, made unique among all photos.
    let name: String
    let report: String?
    let tensors: String?
  }

  let all: [Folder]
  /// The folder of several photos' folders; nil where each photo's lies beside it.
  let html: String?

  /// One photo's report goes to `html` itself, or to `<name>-cam`; several photos get `html/<name>` each. Photos of
  /// one name are told apart by a number.
  /// - Parameters:
  ///   - images: the paths of all photos, since their folders' names are made of the whole list.
  ///   - writesFolder: whether reports get a folder with a page and a record.
  public init(images: [String], html: String?, saveTensors: String?, writesFolder: Bool) {
    self.html = html
    // The page over all photos lies beside their folders.
    var used: Set<String> = images.count > 1 ? ["index.html"] : []
    all = images.map { image in
      let base = Self.baseName(image)
      var name = base
      var number = 2
      while !used.insert(name).inserted {
        name = "\(base)-\(number)"
        number += 1
      }
      let isOnly = images.count == 1
      return Folder(
        image: image, name: name,
        report: writesFolder ? html.map { isOnly ? $0 : "\($0)/\(name)" } ?? "\(name)-cam" : nil,
        tensors: saveTensors.map { isOnly ? $0 : "\($0)/\(name)" })
    }
  }

  /// `photos/coffee.jpg` → `coffee`; `photo` where nothing is left that can be a folder's own name.
  private static func baseName(_ path: String) -> String {
    let file = path.split(separator: "/").last.map(String.init) ?? ""
    let dot = file.lastIndex(of: ".").flatMap { $0 == file.startIndex ? nil : $0 }
    let base = dot.map { String(file[..<$0]) } ?? file
    return base.allSatisfy { $0 == "." } ? "photo" : base
  }
}
