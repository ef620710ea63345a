import CAMNet
import Foundation

extension RunRecord.Environment {
  /// This machine.
  public static let current: Self = {
    let cpuInfo = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let model = cpuInfo.split(separator: "\n").first { $0.hasPrefix("model name") }
    let release = (try? String(contentsOfFile: "/etc/os-release", encoding: .utf8)) ?? ""
    let system = release.split(separator: "\n").first { $0.hasPrefix("PRETTY_NAME=") }
    #if arch(x86_64)
      let architecture = "x86_64"
    #elseif arch(arm64)
      let architecture = "arm64"
    #else
      let architecture = "other"
    #endif
    return Self(
      operatingSystem: system?.dropFirst("PRETTY_NAME=".count)
        .trimmingCharacters(in: ["\""]) ?? "unknown",
      architecture: architecture,
      cpu: model?.split(separator: ":").last?.trimmingCharacters(in: .whitespaces) ?? "unknown",
      cores: ProcessInfo.processInfo.activeProcessorCount,
      kernels: KernelSet.current.name)
  }()
}
