import CAMNet
import Glibc

/// A file or folder as the system knows it, whatever its path.
enum FileIdentity: Hashable {
  case known(device: UInt, inode: UInt)
  /// What the system says nothing of, such as a link to nothing.
  case path(String)

  init(_ path: String) {
    var status = stat()
    self =
      stat(path, &status) == 0
      ? .known(device: UInt(status.st_dev), inode: UInt(status.st_ino)) : .path(path)
  }
}

/// What lies in a folder of photos.
struct PhotoFolder {
  /// The names of the folder's photos, by what they end in, and of its folders, in the order of their bytes. What begins with a dot is
  /// left out; links are followed.
  let photos: [String]
  let folders: [String]

  init(_ path: String) throws {
    guard let listing = opendir(path) else {
      throw FileError(path: path, action: .open, code: errno)
    }
    defer { closedir(listing) }
    var photos: [String] = []
    var folders: [String] = []
    errno = 0
    while let entry = readdir(listing) {
      let bytes = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
      guard bytes.first != UInt8(ascii: ".") else { continue }
      var status = stat()
      let isFolder =
        fstatat(dirfd(listing), bytes.map(CChar.init(bitPattern:)) + [0], &status, 0) == 0
        && status.st_mode & S_IFMT == S_IFDIR
      let name = String(decoding: bytes, as: UTF8.self)
      guard isFolder || PhotoFiles.isNamed(name) else { continue }
      guard name.utf8.elementsEqual(bytes) else {
        throw DataError.nameNotUTF8(folder: path, name: name)
      }
      if isFolder { folders.append(name) } else { photos.append(name) }
      errno = 0
    }
    guard errno == 0 else { throw FileError(path: path, action: .read, code: errno) }
    self.photos = photos.sorted(by: Bytes.precede)
    self.folders = folders.sorted(by: Bytes.precede)
  }

  /// The path of something in a folder, which is named as in the working folder where the folder's path is empty.
  static func path(_ name: String, in folder: String) -> String {
    let slash = UInt8(ascii: "/")
    if folder.isEmpty || name.utf8.first == slash { return name }
    return folder.utf8.last == slash ? folder + name : "\(folder)/\(name)"
  }

  /// The folder that a file lies in, with the slash at its end; empty for the working folder.
  static func ofFile(_ path: String) -> String {
    path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[...$0]) } ?? ""
  }

  /// The names of all photos of a class, `class/photo.jpg`: those in the class's folder and in the folders inside it. Each folder
  /// is read once, whatever links lead to it, so that links in a circle end.
  /// - Parameters:
  ///   - root: the folder of the class's folder, which is not read, though a link may lead to it.
  ///   - most: how many photos are enough; the folders after them are not read.
  static func photos(ofClass name: String, in root: String, most: Int) throws -> [String] {
    var seen: Set = [FileIdentity(root)]
    var waiting = [name]
    var photos: [String] = []
    while let next = waiting.popLast(), photos.count <= most {
      let path = path(next, in: root)
      guard seen.insert(FileIdentity(path)).inserted else { continue }
      let folder = try PhotoFolder(path)
      photos += folder.photos.map { "\(next)/\($0)" }
      waiting += folder.folders.reversed().map { "\(next)/\($0)" }
    }
    return photos
  }
}
