import Glibc

/// A file's bytes, read-only, for as long as this object lives.
public final class FileBytes: Sendable {
  /// The file's name for messages, as the user gave it.
  public let name: String
  private let region: Region

  /// Where the bytes lie. Unchecked because of the pointer: nobody writes what it points to.
  private struct Region: @unchecked Sendable {
    let bytes: UnsafeRawBufferPointer
    let ownership: Ownership
  }

  /// How the bytes' memory is given back: unmapped, deallocated, or not at all.
  private enum Ownership {
    /// Of a file that stays open, so that it can be seen whether it is still as it was.
    case mapped(descriptor: Int32, Version)
    case allocated, borrowed
  }

  /// What the system says of a file that is another after every change.
  private struct Version: Equatable {
    let size: Int
    let seconds: Int
    let nanoseconds: Int

    /// - Returns: nil, with `errno` set, where the system says nothing.
    init?(_ descriptor: Int32) {
      var status = stat()
      guard fstat(descriptor, &status) == 0 else { return nil }
      size = Int(status.st_size)
      seconds = status.st_mtim.tv_sec
      nanoseconds = status.st_mtim.tv_nsec
    }
  }

  /// Whether there is a regular file at a path, and no folder, pipe or device, which may never end.
  package static func isRegular(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// Reads a file.
  public convenience init(contentsOf path: String) throws(FileError) {
    try self.init(contentsOf: path, as: .any)
  }

  /// Reads a file of some kind, or maps it into memory where its kind is, so that only what is used is read. Of what cannot be
  /// mapped, such as a pipe, no more than the first bytes are read where those are not its kind's.
  ///
  /// A mapped file's bytes are what the file holds when they are looked at: ``checkUnchanged()`` says whether they are still those
  /// of the beginning, and a process that looks at bytes which the file has no more is sent SIGBUS.
  package init(contentsOf path: String, as kind: FileKind) throws(FileError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(path: path, action: .open, code: errno) }
    var staysOpen = false
    defer { if !staysOpen { close(descriptor) } }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw FileError(path: path, action: .read, code: errno)
    }
    name = path
    switch status.st_mode & S_IFMT {
    case S_IFDIR:
      throw FileError(path: path, action: .read, code: EISDIR)
    case S_IFREG where status.st_size > kind.largest:
      throw FileError(tooLarge: path, kind)
    case S_IFREG where kind.isMapped && status.st_size > 0:
      guard let version = Version(descriptor),
        let start = mmap(nil, version.size, PROT_READ, MAP_PRIVATE, descriptor, 0),
        start != MAP_FAILED
      else { throw FileError(path: path, action: .read, code: errno) }
      region = Region(
        bytes: UnsafeRawBufferPointer(start: start, count: version.size),
        ownership: .mapped(descriptor: descriptor, version))
      staysOpen = true
    default:
      region = Self.allocated(try Self.readAll(descriptor, path, kind))
    }
  }

  /// Bytes that live as long as the program and are not copied.
  public init(staticBytes: UnsafeRawBufferPointer, name: String) {
    self.name = name
    region = Region(bytes: staticBytes, ownership: .borrowed)
  }

  /// Bytes in memory of this object's own, copied from `bytes`.
  public init(_ bytes: [UInt8], name: String) {
    self.name = name
    region = Self.allocated(bytes)
  }

  deinit {
    let start = UnsafeMutableRawPointer(mutating: region.bytes.baseAddress)
    switch region.ownership {
    case .mapped(let descriptor, _):
      munmap(start, region.bytes.count)
      close(descriptor)
    case .allocated: start?.deallocate()
    case .borrowed: break
    }
  }

  public var count: Int { region.bytes.count }

  /// The bytes, valid only inside `body`.
  public func withUnsafeBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    defer { withExtendedLifetime(self) {} }
    return try body(region.bytes)
  }

  /// Throws where a mapped file is no longer what it was when it was opened, so that bytes looked at since may be of either.
  public func checkUnchanged() throws(FileError) {
    guard case .mapped(let descriptor, let version) = region.ownership else { return }
    if Version(descriptor) != version { throw FileError(path: name, action: .read, code: ESTALE) }
  }

  /// Gives the memory of some bytes back to the system, where the file is mapped; whoever reads those bytes again has them from
  /// the file.
  public func forget(_ range: Range<Int>) {
    guard case .mapped = region.ownership, let start = region.bytes.baseAddress else { return }
    let page = 4096
    let first = (range.lowerBound + page - 1) / page * page
    let end = range.upperBound / page * page
    if first < end {
      madvise(UnsafeMutableRawPointer(mutating: start + first), end - first, MADV_DONTNEED)
    }
  }

  /// A copy of `bytes` that begins with a line of the cache.
  private static func allocated(_ bytes: [UInt8]) -> Region {
    let memory = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(bytes.count, 1), alignment: 64)
    memory.copyBytes(from: bytes)
    return Region(
      bytes: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(memory)[..<bytes.count]),
      ownership: .allocated)
  }

  /// All that is left to read of an open file, or its first bytes where they are not its kind's.
  private static func readAll(
    _ descriptor: Int32, _ path: String, _ kind: FileKind
  ) throws(FileError) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw FileError(path: path, action: .read, code: errno) }
      bytes += chunk[..<count]
      guard bytes.count <= min(kind.largest, FileKind.largestInMemory) else {
        throw FileError(tooLarge: path, kind)
      }
      let isOther = bytes.count >= 16 && !kind.begins(Array(bytes.prefix(16)))
      if count == 0 || isOther { return bytes }
    }
  }
}
