import CAMNet

/// Why photos and their classes cannot be used.
public enum DataError: Error {
  case noSuchPath(String)
  case noClassFolders(String, photos: Int)
  /// A photo lies beside the folders of the classes.
  case photoOutsideClasses(String, name: String)
  case emptyClass(String)
  case oneClass(String, name: String)
  /// Two names differ in case, Unicode form or white space around them alone.
  case clashingClasses(String, String, String)
  case nameNotUTF8(folder: String, name: String)
  case tooManyPhotos(String, most: Int)
  case unknownClass(String, name: String, known: [String])
  /// A file that is named twice, and labelled otherwise each time.
  case twoLabels(
    String, first: (name: String, label: String), second: (name: String, label: String))

  case notText(file: String)
  case emptyList(String)
  case openQuote(file: String, line: Int)
  case textAfterQuote(file: String, line: Int)
  case missingField(file: String, line: Int, field: String)
}

extension DataError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noSuchPath(let path):
      "\(path): there is no such folder or list; name a folder with a folder of photos for each class, "
        + "or a CSV of path and label"
    case .noClassFolders(let path, 0):
      "\(path): has no folders of photos; make one for each class, named after it"
    case .noClassFolders(let path, let photos):
      "\(path): has \(photos) photo\(photos == 1 ? "" : "s") and no folders; make one for each class, named after it, "
        + "and put its photos there"
    case .photoOutsideClasses(let path, let name):
      "\(path): the photo \(name) lies in no class's folder; put it into one, or elsewhere"
    case .emptyClass(let folder):
      "\(folder): has no photos; put some there, or remove the folder. Photos' names end in "
        + Self.list(PhotoFiles.endings.map { ".\($0)" })
    case .oneClass(let path, let name):
      "\(path): all photos are of one class, '\(name)'; there is nothing to tell apart. Add photos of another class"
    case .clashingClasses(let path, let first, let second):
      "\(path): the classes '\(first)' and '\(second)' have names that many systems take for one; rename one of them, "
        + "or put their photos together"
    case .nameNotUTF8(let folder, let name):
      "\(folder): the name of '\(name)' is not UTF-8; rename it"
    case .tooManyPhotos(let path, let most):
      "\(path): has more than \(most) photos, the most that are read; train with a part of them"
    case .unknownClass(let path, let name, let known):
      "\(path): '\(name)' is none of the classes that are trained; they are \(Self.list(known))"
    case .twoLabels(let path, let first, let second) where first.name == second.name:
      "\(path): \(first.name) is labelled '\(first.label)' and '\(second.label)'; a photo has one label"
    case .twoLabels(let path, let first, let second):
      "\(path): \(first.name), labelled '\(first.label)', and \(second.name), labelled '\(second.label)', are one file; "
        + "a photo has one label"
    case .notText(let file):
      "\(file): is not UTF-8 text; a list is a CSV of path and label, saved as UTF-8"
    case .emptyList(let file):
      "\(file): lists no photos; write a row of path and label for each"
    case .openQuote(let file, let line):
      "\(file): line \(line): a quote is opened and not closed"
    case .textAfterQuote(let file, let line):
      "\(file): line \(line): there is text behind a closed quote; inside quotes a quote is written twice"
    case .missingField(let file, let line, let field):
      "\(file): line \(line): the \(field) is missing; fields are divided by commas"
    }
  }

  /// Names in a sentence, the first ten of them.
  private static func list(_ names: [String]) -> String {
    let shown = 10
    guard names.count > shown else {
      return names.count > 1
        ? names.dropLast().joined(separator: ", ") + " and " + (names.last ?? "")
        : names.joined()
    }
    return names.prefix(shown).joined(separator: ", ") + " and \(names.count - shown) more"
  }
}
