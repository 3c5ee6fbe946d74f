// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import SAMAPI
internal import SAMCore

/// The files in its home folder that an agent is given.
struct FileOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Give it a login file that is kept in a secret: the path beneath its home folder, and the secret's name.",
      valueName: "path=secret"))
  var authFile: [String] = []

  @Option(
    help: ArgumentHelp(
      "Give it a configuration file: the path beneath its home folder, and the file here that is copied.",
      valueName: "path=file"))
  var configFile: [String] = []

  /// What is sent; nil = none.
  /// - Throws: `ValidationError` that says how it is written, ``CommandFailure`` when a file cannot be read.
  func files() throws -> [HomeFileBody]? {
    var files = try authFile.map { text in
      let (path, secret) = try Self.pair(text, option: "--auth-file", "PATH=SECRET")
      return HomeFileBody(path: path, secret: secret)
    }
    for text in configFile {
      let (path, file) = try Self.pair(text, option: "--config-file", "PATH=FILE")
      guard let content = try TextFile.read(file) else {
        throw ValidationError("There is no file '\(file)' for --config-file. Write it as PATH=FILE.")
      }
      files.append(HomeFileBody(path: path, content: content))
    }
    return files.isEmpty ? nil : files
  }

  private static func pair(_ text: String, option: String, _ form: String) throws -> (String, String) {
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { throw ValidationError("'\(text)' is not for \(option). Write it as \(form).") }
    return (parts[0], parts[1])
  }
}

extension HomeFileBody {
  /// The file for people: where it is, and what it is kept in.
  var line: String { "~/\(path)" + (secret.map { " (secret \($0))" } ?? "") }
}
