// swift-tools-version: 6.1
import PackageDescription

/// A C library of the system, wrapped by a module map under `Sources/SystemLibraries`.
func systemLibrary(_ name: String, pkgConfig: String? = nil, debian packages: String...) -> Target {
  .systemLibrary(
    name: name,
    path: "Sources/SystemLibraries/\(name)",
    pkgConfig: pkgConfig,
    providers: [.apt(packages)]
  )
}

let package = Package(
  name: "camreport",
  products: [
    .executable(name: "camreport", targets: ["camreport"]),
    .library(name: "CAMNet", targets: ["CAMNet"]),
    .library(name: "ONNX", targets: ["ONNX"]),
    .library(name: "Training", targets: ["Training"]),
    .library(name: "Plot", targets: ["Plot"]),
    .library(name: "Notebook", targets: ["Notebook"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
  ],
  targets: [
    systemLibrary("CCairo", debian: "libcairo2-dev"),
    systemLibrary("CPango", debian: "libpango1.0-dev"),
    systemLibrary("CZlib", debian: "zlib1g-dev"),
    systemLibrary("CMark", debian: "libcmark-gfm-dev", "libcmark-gfm-extensions-dev"),
    systemLibrary("CLibc", debian: "libc6-dev"),
    // libjpeg and libpng report errors by longjmp, which must not cross Swift frames: these two hold the setjmp.
    .target(
      name: "CJPEG", dependencies: ["CRows"], path: "Sources/SystemLibraries/CJPEG",
      linkerSettings: [.linkedLibrary("jpeg")]),
    .target(
      name: "CPNG", dependencies: ["CRows"], path: "Sources/SystemLibraries/CPNG",
      linkerSettings: [.linkedLibrary("png16"), .linkedLibrary("isal")]),
    // libvips is opened when a picture asks for it, and not linked.
    .target(name: "CVips", dependencies: ["CRows"], path: "Sources/SystemLibraries/CVips"),
    .target(name: "CRows", path: "Sources/SystemLibraries/CRows"),
    .target(
      name: "EmbeddedModel",
      exclude: ["efficientnet-lite0.safetensors", "imagenet-class-names.json"]),

    .target(name: "Kernels"),
    .target(name: "Threads"),
    .target(
      name: "CAMNet",
      dependencies: [
        "CJPEG", "CPNG", "CRows", "CVips", "CZlib", "EmbeddedModel", "Kernels", "Threads",
      ]),
    .target(
      name: "Training",
      dependencies: ["CAMNet", "Threads", .product(name: "Crypto", package: "swift-crypto")]),
    .target(name: "ONNX", dependencies: ["CAMNet"]),
    .target(name: "Plot", dependencies: ["CCairo", "CPango", "CPNG", "Kernels", "Threads"]),
    .target(
      name: "Templates",
      path: "Templates",
      resources: [
        .embedInCode("page.html.mustache"),
        .embedInCode("check.html.mustache"),
        .embedInCode("index.html.mustache"),
        .embedInCode("training.html.mustache"),
        .embedInCode("page.css"),
        .embedInCode("page.js"),
        .embedInCode("index.js"),
        .embedInCode("notebook.py"),
        .embedInCode("walkthrough.en.md"),
        .embedInCode("walkthrough.ko.md"),
      ]),
    .target(
      name: "Notebook",
      dependencies: [
        "CAMNet", "ONNX", "Training", "Plot", "Templates", "Threads", "CMark",
        .product(name: "Crypto", package: "swift-crypto"),
      ]),
    .executableTarget(
      name: "camreport",
      dependencies: [
        "Notebook", "CLibc",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ]),

    .target(
      name: "TestSupport", dependencies: ["CAMNet", "CZlib", "Training"],
      path: "Tests/TestSupport"),
    .testTarget(
      name: "CAMNetTests",
      dependencies: [
        "CAMNet", "CPNG", "CZlib", "Kernels", "TestSupport",
        .product(name: "Crypto", package: "swift-crypto"),
      ]),
    .testTarget(name: "ONNXTests", dependencies: ["CAMNet", "ONNX", "TestSupport"]),
    .testTarget(
      name: "PlotTests", dependencies: ["CAMNet", "CPNG", "Kernels", "Plot", "TestSupport"]),
    .testTarget(name: "TrainingTests", dependencies: ["Training", "TestSupport"]),
    .testTarget(name: "NotebookTests", dependencies: ["Notebook", "TestSupport"]),
    .testTarget(
      name: "CommandTests", dependencies: ["camreport", "Notebook", "TestSupport"],
      exclude: ["faults.c"]),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .gnu2x
)

// Only a build with libFuzzer has its driver: `make fuzz` says that it is one.
if Context.environment["CAMREPORT_FUZZ"] != nil {
  package.targets += [
    .systemLibrary(name: "CFuzzer", path: "Tests/Fuzz/CFuzzer"),
    .executableTarget(
      name: "fuzz", dependencies: ["CFuzzer", "Notebook", "ONNX", "Training"], path: "Tests/Fuzz",
      exclude: ["CFuzzer"]),
  ]
}
