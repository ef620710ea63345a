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
  case notAFile(String)
  /// More photos than are allowed cannot be read: of the first `read` of all.
  case unreadablePhotos(
    String, [DataSummary.Skipped], read: Int, of: Int, allowed: Double)
  case unreadableClass(String, name: String, [DataSummary.Skipped])
  case fraction(Double)
  /// The photos that are kept back are all that a class has.
  case nothingToTrain(String, name: String)

  case notText(file: String)
  case emptyList(String)
  case openQuote(file: String, line: Int)
  case textAfterQuote(file: String, line: Int)
  case missingField(file: String, line: Int, field: String)

  case noBoxes(String)
  case unknownPhoto(file: String, line: Int, name: String)
  case noNumber(file: String, line: Int, field: String, value: String)
  case flatBox(file: String, line: Int)
  case boxOutside(file: String, line: Int, name: String, width: Int, height: Int)
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
    case .notAFile(let path):
      "\(path): is no file, but a pipe or a device"
    case .unreadablePhotos(let path, let skipped, let read, let count, let allowed):
      "\(path): \(skipped.count) of the first \(read) photos cannot be read, and of all \(count) at most "
        + "\(Self.number(allowed)) % may be so. \(Self.reasons(skipped))"
    case .unreadableClass(let path, let name, let skipped):
      "\(path): no photo of the class '\(name)' can be read. \(Self.reasons(skipped))"
    case .fraction(let fraction):
      "the part of the photos that is kept back is 0 or more and less than 1, not \(Self.number(fraction))"
    case .nothingToTrain(let path, let name):
      "\(path): keeps back every photo of the class '\(name)'; leave some to train with"
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
    case .noBoxes(let file):
      "\(file): holds no boxes; write a row of path, x, y, width and height for each"
    case .unknownPhoto(let file, let line, let name):
      "\(file): line \(line): \(name) is none of the photos that are trained with or kept back"
    case .noNumber(let file, let line, let field, let value):
      "\(file): line \(line): the \(field) is a number of pixels, not '\(value)'"
    case .flatBox(let file, let line):
      "\(file): line \(line): a box's width and height are more than 0 pixels"
    case .boxOutside(let file, let line, let name, let width, let height):
      "\(file): line \(line): the box lies outside of \(name), which has \(width) × \(height) pixels"
    }
  }

  /// A number without the zeros behind its point.
  private static func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e9 ? "\(Int(value))" : "\(value)"
  }

  /// Why photos cannot be read, the first three of them.
  private static func reasons(_ skipped: [DataSummary.Skipped]) -> String {
    skipped.prefix(3).map { "\($0.path): \($0.reason)" }.joined(separator: "; ")
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
