import Foundation
import TestSupport
import Testing

/// What people type, and what they are told where it means something else.
@Suite struct ArgumentsTests {
  let folder: Folder
  private let cat = Fixture.example("cat.jpg")

  init() throws {
    folder = try Folder()
  }

  /// Runs camreport and expects it to refuse its arguments with a sentence that holds `words`, and to write nothing.
  private func expectRefusal(
    _ arguments: [String], saying words: String...,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let before = try folder.names()
    let outcome = try Command.run(Command.binary, arguments, in: folder)
    #expect(outcome.status == 64, sourceLocation: sourceLocation)
    #expect(outcome.output == "", sourceLocation: sourceLocation)
    for word in words {
      #expect(outcome.errors.contains(word), "\(outcome.errors)", sourceLocation: sourceLocation)
    }
    #expect(try folder.names() == before, sourceLocation: sourceLocation)
  }

  @Test func `a folder where a file is meant, and the other way round`() throws {
    try expectRefusal([cat, "--html", "out.html"], saying: "takes a folder", "--html out\n")
    try expectRefusal([cat, "--html", "Deep/OUT.HTM"], saying: "--html Deep/OUT\n")
    try expectRefusal([cat, "--html", "-"], saying: "standard output", "--html out")
    try FileManager.default.createDirectory(
      atPath: folder.path("docs"), withIntermediateDirectories: true)
    for (option, name) in [("--pdf", "pdf"), ("--ipynb", "ipynb"), ("--markdown", "md")] {
      for path in ["docs", "docs/", "new/"] {
        let slash = path.hasSuffix("/") ? path : path + "/"
        try expectRefusal(
          [cat, option, path], saying: "'\(path)' is a folder", "\(option) \(slash)report.\(name)")
      }
      try expectRefusal([cat, cat, option, "x"], saying: "\(option) takes one image")
    }
    for option in ["--ipynb", "--markdown"] {
      try expectRefusal([cat, option, "-"], saying: "beside its own", "standard output")
    }
    // A folder may be called so.
    try FileManager.default.createDirectory(
      atPath: folder.path("old.html"), withIntermediateDirectories: true)
    #expect(
      try Command.run(cat, "--size", "32", "--html", "old.html", in: folder).lines.last
        == "old.html/index.html")
  }

  @Test func `a photo is not written over where the file of a format is missing`() throws {
    for name in ["a.jpg", "b.jpg"] {
      try folder.write(name, Data(contentsOf: URL(filePath: cat)))
    }
    for option in ["--pdf", "--ipynb", "--markdown"] {
      try expectRefusal([option, "a.jpg", "b.jpg"], saying: "'a.jpg' has a photo's name")
      try expectRefusal([option, "a.webp", "b.webp"], saying: "'a.webp' has a photo's name")
    }
    try expectRefusal(["--html", "a.jpg", "b.jpg"], saying: "'a.jpg' is a file")
  }

  @Test func `a file whose name begins with a dash`() throws {
    try folder.write("-dash.jpg", Data(contentsOf: URL(filePath: cat)))
    try expectRefusal(["-dash.jpg", "--size", "32"], saying: "'-dash.jpg'", "'./-dash.jpg'", "--")
    for arguments in [["--", "-dash.jpg"], ["./-dash.jpg"]] {
      let outcome = try Command.run(Command.binary, ["--size", "32"] + arguments, in: folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.lines.last == "-dash-cam/index.html")
    }
    #expect(try Command.run("lock", "-o=lock.json", in: folder).status == 0)
  }

  @Test func `a name that is not UTF-8 is shown as Bash takes it`() throws {
    // Foundation cannot name such a file: a shell can.
    func shell(_ script: String) throws -> Command.Outcome {
      try Command.run(
        URL(filePath: "/bin/bash"), ["-c", script, Command.binary.path, cat], in: folder)
    }
    let refused = try shell(#"cp "$1" $'it\'s caf\xe9.jpg' && exec "$0" *.jpg --html out"#)
    #expect(refused.status == 64 && refused.output == "")
    #expect(!folder.has("out"))
    let words = try #require(refused.errors.firstMatch(of: /mv -- (\S+ \S+) NEW-NAME/))
    #expect(words.1 == #"$'it\x27s caf\xe9.jpg'"#)
    let renamed = try shell("mv -- \(words.1) new.jpg && exec \"$0\" *.jpg --size 32")
    #expect(renamed.status == 0, "\(renamed.errors)")
  }

  @Test func `a command's name with a slip is no photo`() throws {
    try expectRefusal(["layr"], saying: "there is no file 'layr'", "the command 'layers'?")
    try expectRefusal(["chek", "a.json", "--update"], saying: "'check'")
    try expectRefusal(["Lock", "vgg16-cam"], saying: "'lock'")
    let photo = try Command.run("cats.jpg", in: folder)
    #expect(photo.status == 1 && photo.errors == "camreport: cats.jpg: there is no such file\n")
    try folder.write("layer", Data(contentsOf: URL(filePath: cat)))
    #expect(try Command.run("layer", "--size", "32", in: folder).status == 0)
  }

  @Test func `names of choices may be in capitals`() throws {
    let outcome = try Command.run(
      cat, "--size", "64", "--html", "out", "--lang", "EN", "--paper", "A4", "--resize", "BiLinear",
      "--method", "Grad-CAM", "--model", "EfficientNet-Lite0", in: folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let record = String(decoding: try folder.read("out/run.json"), as: UTF8.self)
    #expect(record.contains("\"bilinear\"") && record.contains("\"grad-cam\""))
    #expect(try Command.run("layers", "VGG16-CAM", "--format", "CSV", in: folder).lines.count == 34)
    #expect(try Command.run("lock", "VGG16-CAM", in: folder).status == 0)
    let check = try Command.run(
      "check", "shapes.lock.json", "VGG16-cam", "--report", "JSON=j.json", in: folder)
    #expect(check.status == 0 && folder.has("j.json"))
    try expectRefusal([cat, "--paper", "A5"], saying: "A5", "a4", "letter")
    try expectRefusal([cat, "--method", "lime"], saying: "lime", "grad-cam")
  }

  @Test func `synthetic weights lack their seed`() throws {
    for command in [[cat], ["bench"], ["layers"]] {
      try expectRefusal(
        command + ["--weights", "synthetic"], saying: "synthetic:camreport", "./synthetic")
    }
    try folder.write("synthetic", Data(contentsOf: URL(filePath: Fixture.path("weights.npz"))))
    let file = try Command.run("layers", "--weights", "./synthetic", in: folder)
    #expect(file.errors.contains("conv1_1"), "\(file.errors)")
  }

  @Test func `help fits 80 columns, and the program's lists the commands`() throws {
    let commands = ["layers", "lock", "check", "weights", "verify", "templates", "bench"]
    let pages =
      [["--help"], ["-h"], ["help"]] + commands.map { [$0, "--help"] }
      + [["help", "layers"], ["weights", "inspect", "--help"], ["weights", "convert", "--help"]]
    for page in pages {
      let outcome = try Command.run(
        Command.binary, page, in: folder, environment: ["COLUMNS": "80"])
      #expect(outcome.status == 0, "\(page)")
      #expect(outcome.lines.allSatisfy { $0.count <= 80 }, "\(page): \(outcome.output)")
      guard page.count == 1 else { continue }
      #expect(outcome.output.contains("--html <folder>"))
      for command in commands {
        let line = try Regex("\n  \(command) +[A-Z]")
        #expect(outcome.output.contains(line), "\(outcome.output)")
      }
    }
  }

  @Test func `the manual is made of a run's options and the commands`() throws {
    let dump = try Command.run("--experimental-dump-help", in: folder)
    let help = try #require(
      try JSONSerialization.jsonObject(with: Data(dump.output.utf8)) as? [String: Any])
    let command = try #require(help["command"] as? [String: Any])
    #expect(command["commandName"] as? String == "camreport")
    let arguments = try #require(command["arguments"] as? [[String: Any]])
    #expect(arguments.contains { $0["valueName"] as? String == "image" })
    #expect(arguments.count > 20)
    let commands = try #require(command["subcommands"] as? [[String: Any]])
    #expect(
      Set(commands.compactMap { $0["commandName"] as? String }).isSuperset(
        of: ["layers", "lock", "check", "weights", "verify", "templates", "bench"]))
    #expect(try Command.run("--experimental-dump-help", in: folder).output == dump.output)
  }

  @Test func `Bash completes photos, options and commands`() throws {
    let script = try Command.run("--generate-completion-script", "bash", in: folder)
    try folder.write("camreport.bash", script.output.utf8)
    for name in ["cat.jpg", "layers.txt", "old.json"] { try folder.write(name, []) }
    /// What the last word of a command line may become.
    func completions(_ words: String...) throws -> [Substring] {
      let outcome = try Command.run(
        URL(filePath: "/bin/bash"),
        [
          "--norc", "-c",
          """
          set -e; . ./camreport.bash; set +e
          COMP_WORDS=(camreport "$@"); COMP_CWORD=$#; COMP_LINE="${COMP_WORDS[*]}"; COMP_POINT=${#COMP_LINE}
          $(complete -p camreport | sed 's/.*-F \\([^ ]*\\).*/\\1/') camreport "${@: -1}" "${COMP_WORDS[-2]}"
          printf '%s\\n' "${COMPREPLY[@]}"
          """, "bash",
        ] + words, in: folder)
      #expect(outcome.errors == "")
      return outcome.lines
    }
    #expect(try completions("la") == ["layers"])
    #expect(try completions("ca") == ["cat.jpg"])
    #expect(try completions("").contains("cat.jpg") && completions("").contains("check"))
    #expect(try completions("--ht") == ["--html"])
    #expect(try completions("cat.jpg", "--ht") == ["--html"])
    #expect(try completions("cat.jpg", "--pdf", "x.pdf", "--paper", "l") == ["letter"])
    #expect(try completions("layers", "v") == ["vgg16-cam"])
    #expect(try completions("check", "o") == ["old.json"])
  }
}
