// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import SAMCore

/// What is sent along with a prompt.
struct AttachmentOptions: ParsableArguments {
  @Option(
    name: .customLong("file"),
    help: ArgumentHelp(
      "Send a file along: a picture, a text, or anything else, up to 5 MiB. May be repeated.", valueName: "path"))
  var files: [String] = []

  @Option(
    name: .customLong("link"), help: ArgumentHelp("Send a link along. May be repeated.", valueName: "uri"))
  var links: [String] = []

  /// Reads the files.
  /// - Returns: nil when nothing is sent along.
  /// - Throws: ``CommandFailure`` that says what to do.
  func read() throws -> [PromptAttachment]? {
    let attachments = try files.map(AttachedFile.read) + links.map(Self.link)
    do {
      try PromptAttachment.check(attachments)
    } catch let refusal as Rejection {
      throw CommandFailure(.usage, refusal.message, code: refusal.code.rawValue)
    }
    return attachments.isEmpty ? nil : attachments
  }

  /// A link, called by the last part of its path.
  private static func link(_ uri: String) -> PromptAttachment {
    let path = uri.prefix { $0 != "?" && $0 != "#" }
    let name = path.split(separator: "/").last.map(String.init)
    return PromptAttachment(name: name ?? "link", uri: uri)
  }
}
