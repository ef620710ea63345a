import CFuzzer
import Foundation

// Two ways to call it, as `make fuzz` does:
//
//     fuzz --seeds=FOLDER                      writes each target's seeds into FOLDER/TARGET, and prints the targets' names
//     fuzz --target=NAME [libFuzzer options]   runs one target; libFuzzer leaves options with two dashes alone

/// The value of an option `--name=value` of the command line.
func option(_ name: String) -> String? {
  let prefix = "--\(name)="
  return CommandLine.arguments.first { $0.hasPrefix(prefix) }.map {
    String($0.dropFirst(prefix.count))
  }
}

/// What is run: fixed by the command line, since libFuzzer's call carries nothing but bytes.
enum Chosen {
  static let target = FuzzTarget.all.first { $0.name == option("target") }
}

if let folder = option("seeds") {
  for target in FuzzTarget.all {
    try target.writeSeeds(to: "\(folder)/\(target.name)")
    print(target.name)
  }
} else if Chosen.target == nil {
  print("there is no such target; --target takes \(FuzzTarget.all.map(\.name))")
  exit(64)
} else {
  var count = CommandLine.argc
  var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
  let code = LLVMFuzzerRunDriver(&count, &arguments) { bytes, size in
    try? Chosen.target?.run(Array(UnsafeBufferPointer(start: bytes, count: size)))
    return 0
  }
  exit(code)
}
