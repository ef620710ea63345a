import CPNG
import Foundation
import Synchronization
import TestSupport
import Testing

/// A picture's PNG file is the same wherever in memory it is made.
@Suite struct SameBytesTests {
  /// Small pictures of two colours, in which repetitions are found by chance.
  private static let pictures: [[UInt8]] = {
    var generator = SeededGenerator(seed: 7)
    return (0..<8).map { _ in
      (0..<7 * 7 * 3).map { _ in UInt8.random(in: 0...1, using: &generator) }
    }
  }()

  /// The files of all pictures, one behind the other.
  private static func files() -> [UInt8] {
    pictures.flatMap { pixels in
      var file: UnsafeMutablePointer<UInt8>?
      var size = 0
      var message = [CChar](repeating: 0, count: 200)
      let code = camreport_png_encode(pixels, 7, 7, nil, 0, 15, &file, &size, &message)
      defer { free(file) }
      return code == 0 ? Array(UnsafeBufferPointer(start: file, count: size)) : []
    }
  }

  /// What threads with stacks at addresses all over the process's memory make of the pictures.
  @Test func `small pictures at 20,000 addresses`() throws {
    /// What a thread is told, by a pointer, and what it says.
    final class Job: Sendable {
      let expected = SameBytesTests.files()
      let differences = Atomic(0)
    }
    let job = Job()
    let (space, stack) = (1 << 43, 1 << 19)
    let memory = try #require(
      mmap(
        nil, space, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0))
    try #require(memory != MAP_FAILED)
    defer { munmap(memory, space) }
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<20_000 {
      let page = Int.random(in: 0..<(space - stack) / 4096, using: &generator) * 4096
      var attributes = pthread_attr_t()
      pthread_attr_init(&attributes)
      defer { pthread_attr_destroy(&attributes) }
      try #require(pthread_attr_setstack(&attributes, memory + page, stack) == 0)
      var thread = pthread_t()
      let code = pthread_create(
        &thread, &attributes,
        { job in
          guard let job else { return nil }
          let own = Unmanaged<Job>.fromOpaque(job).takeUnretainedValue()
          if SameBytesTests.files() != own.expected {
            own.differences.wrappingAdd(1, ordering: .relaxed)
          }
          return nil
        }, Unmanaged.passUnretained(job).toOpaque())
      try #require(code == 0)
      pthread_join(thread, nil)
      madvise(memory + page, stack, MADV_DONTNEED)
    }
    #expect(job.differences.load(ordering: .relaxed) == 0)
  }
}
